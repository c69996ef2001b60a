//! Several figures of the same thing as three: pure, and all the statistics there is.

/// The one in the middle, and how far the others lie from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Spread {
    /// Nothing of nothing. What is no number is left out.
    pub(super) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.into_iter().filter(|figure| figure.is_finite()).collect();
        figures.sort_by(f64::total_cmp);
        let (least, most) = (*figures.first()?, *figures.last()?);
        let upper = figures[figures.len() / 2];
        let lower = figures[(figures.len() - 1) / 2];
        Some(Self { median: f64::midpoint(lower, upper), least, most })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_number_lies_between_two() {
        let spread = |figures: &[f64]| {
            Spread::of(figures.iter().copied()).map(|Spread { median, least, most }| [median, least, most])
        };
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[3.0]), Some([3.0, 3.0, 3.0]));
        assert_eq!(spread(&[4.0, 1.0]), Some([2.5, 1.0, 4.0]));
        assert_eq!(spread(&[9.0, 1.0, 2.0]), Some([2.0, 1.0, 9.0]));
        assert_eq!(
            spread(&[f64::INFINITY, 1.0, f64::NAN]),
            Some([1.0, 1.0, 1.0]),
            "a division by zero is no figure"
        );
    }
}
