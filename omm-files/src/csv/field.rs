//! What a column means.

use omm_content::card::{PhoneKind, Place};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    DisplayName,
    Prefix,
    Given,
    Middle,
    Family,
    Suffix,
    /// A word for "name" that means the family name where there is a given name too, as in French.
    NameOrFamily,
    /// A word for "name" that means the given name where there is a family name too, as in Italian.
    NameOrGiven,
    FileAs,
    Nickname,
    Initials,
    MaidenName,
    PhoneticGiven,
    PhoneticMiddle,
    PhoneticFamily,
    PhoneticCompany,
    Company,
    Department,
    JobTitle,
    Role,
    Office,
    Location,
    /// A word for "place" that means a city where no other column is one, as in German.
    LocationOrCity,
    Manager,
    Assistant,
    Spouse,
    Children,
    Address(Place, Part),
    Phone(PhoneKind),
    /// By its number, from 1.
    Email(u8, Place),
    EmailName(u8),
    EmailType(u8),
    Im(&'static str),
    Web(Place),
    Birthday,
    BirthDay,
    BirthMonth,
    BirthYear,
    Anniversary,
    Gender,
    Language,
    Notes,
    /// Parted by `;` or `,`.
    Categories,
    /// Google's groups, parted by ` ::: `.
    Labels,
    Sensitivity,
    Private,
    Priority,
    GovernmentId,
    CustomerId,
    OrganisationalId,
    Account,
    Billing,
    Mileage,
    ReferredBy,
    Hobby,
    User(u8),
    FreeBusy,
    Uid,
    /// Zimbra: `group` for a group.
    CardType,
    /// Zimbra: addresses of a group.
    Members,
    /// One of Google's numbered columns.
    Numbered(Group, u8, GroupPart),
}

/// A part of a postal address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Lines of the street, from 1.
    Street(u8),
    City,
    Region,
    Code,
    Country,
    PostBox,
    /// All of it in one.
    Label,
}

/// What Google numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Email,
    Phone,
    Im,
    Address,
    Organisation,
    Relation,
    Website,
    Event,
    Custom,
}

/// A part of what Google numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum GroupPart {
    /// `Type` in old files, `Label` in new ones.
    Kind,
    Value,
    Service,
    Street,
    City,
    Region,
    Code,
    Country,
    PostBox,
    Extended,
    Formatted,
    Name,
    PhoneticName,
    Title,
    Department,
    Symbol,
    Location,
    Description,
}
