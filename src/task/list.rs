//! Lists of tasks whose links lie in the tasks themselves.
//!
//! Appending, taking the first and removing any one each cost the same however long the list is,
//! and none can fail: nothing is allocated. As in the book a task has two tags, a general one for
//! the ready list or whatever it waits in, and one for the list of all tasks. A link knows its
//! list, so that taking a task off a list it is not on is found out. Book: chapter 8,
//! `lib/kernel/list.c`.

use core::cell::Cell;

/// The book's `struct list_elem`: one task's place in one list.
#[doc(alias = "list_elem")]
#[derive(Clone, Copy)]
pub struct Link<R> {
    previous: Option<R>,
    next: Option<R>,
    is_linked: bool,
}

impl<R> Link<R> {
    /// In no list.
    pub const NONE: Self = Self { previous: None, next: None, is_linked: false };

    /// Says whether it is in a list.
    #[doc(alias = "elem_find")]
    pub fn is_linked(&self) -> bool {
        self.is_linked
    }
}

/// Something that finds its link: which of a task's tags a list uses.
#[doc(alias("offset", "elem2entry"))]
pub trait Linked: Copy + PartialEq {
    /// The cell in the element that holds its link.
    fn link(&self) -> &Cell<Link<Self>>;
}

/// A doubly linked list of elements that are owned elsewhere. The book's `struct list`.
///
/// # Invariants
/// An element is linked exactly while it is in the list that its link belongs to.
#[doc(alias = "struct list")]
pub struct List<R> {
    first: Option<R>,
    last: Option<R>,
    length: usize,
}

impl<R: Linked> Default for List<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Linked> List<R> {
    /// An empty list. The book's `list_init`.
    #[doc(alias = "list_init")]
    pub const fn new() -> Self {
        Self { first: None, last: None, length: 0 }
    }

    /// How many elements there are. The book's `list_len`.
    #[doc(alias = "list_len")]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Puts `element` last. The book's `list_append`.
    ///
    /// # Panics
    /// When it is in a list by this tag already.
    #[doc(alias = "list_append")]
    pub fn append(&mut self, element: R) {
        self.insert_between(self.last, element, None);
    }

    /// Puts `element` first. The book's `list_push`.
    ///
    /// # Panics
    /// As [`List::append`].
    #[doc(alias = "list_push")]
    pub fn push(&mut self, element: R) {
        self.insert_between(None, element, self.first);
    }

    /// Puts `element` before the first one for which `is_later` holds, else last: keeps a list
    /// sorted.
    ///
    /// # Panics
    /// As [`List::append`].
    #[doc(alias = "list_insert_before")]
    pub fn insert_before(&mut self, element: R, is_later: impl Fn(R) -> bool) {
        match self.iter().find(|&other| is_later(other)) {
            Some(next) => self.insert_between(next.link().get().previous, element, Some(next)),
            None => self.append(element),
        }
    }

    /// The first element, which stays; none in an empty list (the book's `list_empty`).
    #[doc(alias = "list_empty")]
    pub fn first(&self) -> Option<R> {
        self.first
    }

    /// Takes the first element out. The book's `list_pop`.
    #[doc(alias = "list_pop")]
    pub fn pop(&mut self) -> Option<R> {
        let first = self.first?;
        self.remove(first);
        Some(first)
    }

    /// Takes `element` out, wherever in the list it is. The book's `list_remove`.
    ///
    /// # Panics
    /// When it is in no list by this tag.
    #[doc(alias = "list_remove")]
    pub fn remove(&mut self, element: R) {
        let link = element.link().replace(Link::NONE);
        assert!(link.is_linked, "an element was removed that is in no list");
        match link.previous {
            Some(previous) => update(previous, |previous| previous.next = link.next),
            None => self.first = link.next,
        }
        match link.next {
            Some(next) => update(next, |next| next.previous = link.previous),
            None => self.last = link.previous,
        }
        self.length -= 1;
    }

    /// The elements in order. The book's `list_traversal`. An element may be removed once the
    /// iterator has passed it.
    #[doc(alias = "list_traversal")]
    pub fn iter(&self) -> impl Iterator<Item = R> + use<R> {
        let mut next = self.first;
        core::iter::from_fn(move || {
            let element = next?;
            next = element.link().get().next;
            Some(element)
        })
    }

    fn insert_between(&mut self, previous: Option<R>, element: R, next: Option<R>) {
        let link = Link { previous, next, is_linked: true };
        let before = element.link().replace(link);
        assert!(!before.is_linked, "an element was put into two lists");
        match previous {
            Some(previous) => update(previous, |link| link.next = Some(element)),
            None => self.first = Some(element),
        }
        match next {
            Some(next) => update(next, |link| link.previous = Some(element)),
            None => self.last = Some(element),
        }
        self.length += 1;
    }
}

fn update<R: Linked>(element: R, change: impl FnOnce(&mut Link<R>)) {
    let mut link = element.link().get();
    change(&mut link);
    element.link().set(link);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    struct Node(&'static (u32, Cell<Link<Node>>));

    impl PartialEq for Node {
        fn eq(&self, other: &Self) -> bool {
            std::ptr::eq(self.0, other.0)
        }
    }

    impl Linked for Node {
        fn link(&self) -> &Cell<Link<Self>> {
            &self.0.1
        }
    }

    fn nodes<const N: usize>() -> [Node; N] {
        std::array::from_fn(|n| Node(Box::leak(Box::new((n as u32, Cell::new(Link::NONE))))))
    }

    fn numbers(list: &List<Node>) -> Vec<u32> {
        list.iter().map(|node| node.0.0).collect()
    }

    #[test]
    fn appended_elements_come_out_in_order() {
        let mut list = List::new();
        for node in nodes::<3>() {
            list.append(node);
        }
        assert_eq!((numbers(&list), list.len()), (vec![0, 1, 2], 3));
        assert_eq!(list.pop().map(|node| node.0.0), Some(0));
        assert_eq!(numbers(&list), [1, 2]);
    }

    #[test]
    fn any_element_can_be_removed() {
        let all = nodes::<4>();
        for gone in 0..4 {
            let mut list = List::new();
            all.into_iter().for_each(|node| list.append(node));
            list.remove(all[gone as usize]);
            assert_eq!(numbers(&list), (0..4).filter(|&n| n != gone).collect::<Vec<_>>());
            while list.pop().is_some() {}
            assert!(list.first().is_none() && list.len() == 0);
        }
    }

    #[test]
    fn pushing_puts_first_and_sorting_keeps_order() {
        let all = nodes::<4>();
        let mut list = List::new();
        list.append(all[1]);
        list.append(all[3]);
        list.push(all[0]);
        list.insert_before(all[2], |other| other.0.0 > 2);
        assert_eq!(numbers(&list), [0, 1, 2, 3]);
    }

    #[test]
    #[should_panic(expected = "two lists")]
    fn an_element_is_in_one_list_only() {
        let [node] = nodes();
        let (mut one, mut two) = (List::new(), List::new());
        one.append(node);
        two.append(node);
    }

    #[test]
    #[should_panic(expected = "in no list")]
    fn what_is_in_no_list_cannot_be_removed() {
        let [node] = nodes();
        List::new().remove(node);
    }
}
