//! An element: what requests are taken apart into, what items are kept as, and what answers are made of.

/// An element with what is in it. Equal when everything is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Element {
    /// Where its name is from.
    pub space: Space,
    /// Its name, without a prefix.
    pub name: String,
    /// Its attributes, without those that declare prefixes.
    pub attributes: Vec<(String, String)>,
    /// The elements in it, in order.
    pub children: Vec<Element>,
    /// The text in it, all of it together.
    pub text: String,
}

/// The namespaces of EWS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// What items and folders are made of.
    #[default]
    Types,
    /// What operations are made of.
    Messages,
    /// What is in the detail of a fault.
    Errors,
    /// The envelope.
    Soap,
    /// Any other, or none.
    Other,
}

impl Element {
    /// One of the types, empty.
    pub fn new(name: &str) -> Self {
        Self::of(Space::Types, name)
    }

    /// One of the messages, empty.
    pub fn message(name: &str) -> Self {
        Self::of(Space::Messages, name)
    }

    /// Empty.
    pub fn of(space: Space, name: &str) -> Self {
        Self { space, name: name.to_owned(), ..Self::default() }
    }

    /// One of the types, with a text in it.
    pub fn text(name: &str, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::new(name) }
    }

    /// The same with this attribute more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push((name.to_owned(), value.into()));
        self
    }

    /// The same with this element more.
    #[must_use]
    pub fn holding(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// The same with these elements more.
    #[must_use]
    pub fn holding_all(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// The same with this text.
    #[must_use]
    pub fn saying(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// An attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The first element of this name right below.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The same to change.
    pub fn child_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.children.iter_mut().find(|child| child.name == name)
    }

    /// All elements of this name right below.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first element of this name right below, without blanks around it.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.trim())
    }

    /// Follows names downwards.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// Every element of this name below, however deep.
    pub fn below<'a>(&'a self, name: &'a str) -> Vec<&'a Self> {
        let mut found = Vec::new();
        for child in &self.children {
            if child.name == name {
                found.push(child);
            }
            found.extend(child.below(name));
        }
        found
    }

    /// Puts an element in the place of the first one with its name, or at the end.
    pub fn put(&mut self, child: Self) {
        match self.child_mut(&child.name.clone()) {
            Some(old) => *old = child,
            None => self.children.push(child),
        }
    }

    /// Takes away all elements of this name.
    pub fn remove(&mut self, name: &str) {
        self.children.retain(|child| child.name != name);
    }
}
