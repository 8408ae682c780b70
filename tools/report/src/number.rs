//! Numbers as people read them.

/// With a comma between thousands: 94,199.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// As an address: 0x08048000.
pub fn address(number: u32) -> String {
    format!("{number:#010x}")
}

/// A count and its noun, in the plural where it must be: 1 page, 2 pages.
pub fn counted(number: u64, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ if noun.ends_with("ss") => format!("{} {noun}es", grouped(number)),
        _ => format!("{} {noun}s", grouped(number)),
    }
}

/// What `part` is of `whole`, in percent with one digit after the point.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "0 %".into() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let texts = [0, 999, 1_000, 94_199, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "94,199", "1,234,567"]);
    }

    #[test]
    fn nouns_follow_their_count() {
        assert_eq!(counted(1, "page"), "1 page");
        assert_eq!(counted(2_000, "page"), "2,000 pages");
        assert_eq!(counted(2, "process"), "2 processes");
    }

    #[test]
    fn a_part_of_nothing_is_nothing() {
        assert_eq!(percent(1, 0), "0 %");
        assert_eq!(percent(1, 8), "12.5 %");
    }
}
