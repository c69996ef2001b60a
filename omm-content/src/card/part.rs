//! What contacts are made of.

use chrono::NaiveDate;

/// A name in its parts. Several names of one kind stand in one text, parted by blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// Before the name, such as "Dr.".
    pub prefix: String,
    /// Given name.
    pub given: String,
    /// Additional names.
    pub middle: String,
    /// Family name.
    pub family: String,
    /// After the name, such as "Jr.".
    pub suffix: String,
    /// How the given name is pronounced. `X-PHONETIC-FIRST-NAME`.
    pub phonetic_given: String,
    /// How the additional names are pronounced. `X-PHONETIC-MIDDLE-NAME`.
    pub phonetic_middle: String,
    /// How the family name is pronounced. `X-PHONETIC-LAST-NAME`.
    pub phonetic_family: String,
}

impl Name {
    /// Whether no part is there; pronunciation aside.
    pub fn is_empty(&self) -> bool {
        [&self.prefix, &self.given, &self.middle, &self.family, &self.suffix]
            .iter()
            .all(|part| part.is_empty())
    }
}

/// At home, at work, or neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Neither, or not known.
    #[default]
    Other,
    /// At home.
    Home,
    /// At work.
    Work,
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Where it is.
    pub place: Place,
    /// Post office box.
    pub post_box: String,
    /// Apartment, suite.
    pub extended: String,
    /// Street and number; may have several lines.
    pub street: String,
    /// City.
    pub city: String,
    /// State, province, county.
    pub region: String,
    /// Postal code.
    pub code: String,
    /// Country, in words.
    pub country: String,
    /// The code of the country (ISO 3166-1), RFC 8605 §3.1.
    pub country_code: String,
    /// As it is printed on an envelope; may have several lines.
    pub label: String,
    /// Whether letters go here.
    pub preferred: bool,
}

impl Address {
    /// Whether nothing is known but the place.
    pub fn is_empty(&self) -> bool {
        let parts = [
            &self.post_box,
            &self.extended,
            &self.street,
            &self.city,
            &self.region,
            &self.code,
            &self.country,
            &self.label,
        ];
        parts.iter().all(|part| part.is_empty())
    }
}

/// What a number is for. Of two with one kind the first is the more important one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum PhoneKind {
    Work,
    Home,
    Mobile,
    WorkFax,
    HomeFax,
    OtherFax,
    Pager,
    Car,
    Callback,
    Radio,
    Telex,
    /// For the deaf: a text telephone.
    Tty,
    Isdn,
    Assistant,
    /// The switchboard.
    CompanyMain,
    /// The one to try first.
    Primary,
    Video,
    #[default]
    Other,
}

/// A phone, a fax machine, a pager.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phone {
    /// What it is for.
    pub kind: PhoneKind,
    /// The number, as somebody wrote it.
    pub number: String,
}

/// A mail address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Email {
    /// The address.
    pub address: String,
    /// The name that is shown with it; empty if there is none of its own. `X-DISPLAY-NAME` parameter.
    pub display_name: String,
    /// Whether it is private.
    pub place: Place,
}

impl Email {
    /// An address and nothing else.
    pub fn new(address: impl Into<String>) -> Self {
        Self { address: address.into(), ..Self::default() }
    }
}

/// An address of instant messaging.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Im {
    /// The address: a URI, or what the service calls somebody.
    pub address: String,
    /// The service, such as `xmpp` or `Skype`; empty if not known.
    pub service: String,
    /// Whether it is private.
    pub place: Place,
}

/// A web page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Web {
    /// Its address.
    pub url: String,
    /// Whose it is.
    pub place: Place,
}

/// A date that may lack its year or be no date at all: people write such things into birthdays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardDate {
    /// A whole date.
    Day(NaiveDate),
    /// A day of any year.
    Yearless {
        /// 1 to 12.
        month: u32,
        /// 1 to 31.
        day: u32,
    },
    /// Words.
    Text(String),
}

/// A gender (RFC 6350 §6.2.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
    /// In words.
    Text(String),
}

/// Who may see a contact (RFC 2426 §3.7.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Class {
    /// Everybody who may see the address book; what is not said is this.
    #[default]
    Public,
    /// Its owner only.
    Private,
    /// Those whom it concerns.
    Confidential,
}

impl Class {
    /// As vCard and iCalendar have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "PUBLIC",
            Self::Private => "PRIVATE",
            Self::Confidential => "CONFIDENTIAL",
        }
    }
}

/// A property of which vCard knows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extra {
    /// Its name, `X-…`. Other characters than letters, digits and `-` are left out when it is written.
    pub name: String,
    /// A parameter: its name and value.
    pub parameter: Option<(String, String)>,
    /// Its value, a text.
    pub value: String,
}
