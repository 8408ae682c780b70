//! What a source asserts at compile time: `const _: () = assert!(…);`, alone or in a block.

/// The conditions of the `assert!`s in the text of a constant, without spaces and paths before `offset_of!`.
pub fn assertions(text: &str) -> Vec<String> {
    let text: String = text.split_whitespace().collect();
    let text = text.replace("core::mem::offset_of!", "offset_of!");
    text.split("assert!(").skip(1).map(condition).collect()
}

/// What stands before the comma or parenthesis that ends the first argument.
fn condition(text: &str) -> String {
    let mut depth = 0;
    let end = text.find(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth < 0 || (depth == 0 && letter == ',')
    });
    text[..end.unwrap_or(text.len())].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_argument_alone_is_the_condition() {
        let text = "assert ! (size_of :: < A > () == 76 , \"why\")";
        assert_eq!(assertions(text), ["size_of::<A>()==76"]);
    }

    #[test]
    fn blocks_have_several() {
        let text = "{ assert ! (core :: mem :: offset_of ! (A , b) == 4) ; assert ! (true) ; }";
        assert_eq!(assertions(text), ["offset_of!(A,b)==4", "true"]);
    }
}
