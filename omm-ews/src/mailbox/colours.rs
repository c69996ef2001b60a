//! The colours that a mailbox has for its categories: nobody else has a place for them, and their owner is told.

use crate::{
    account::Account,
    ops::GetUserConfiguration,
    xml::{Limits, read},
};
use omm_core::error::{ErrorKind, Result, Side};

impl Account {
    /// Says once in a run how many categories have colours that are not kept. Only words for people: no run fails for them.
    ///
    /// # Errors
    /// If the server wants a pause, which it gets before it is asked for anything else.
    pub(crate) async fn note_colours(&self) -> Result<()> {
        let mut is_asked = self.known.colours.lock().await;
        if *is_asked || self.side != Side::Source || self.mailbox().version < 14 {
            return Ok(());
        }
        let entered = self.enter().await?;
        let question = GetUserConfiguration::categories(entered.mailbox());
        let list = match self.perhaps(&question).await {
            Ok(list) => list,
            Err(error) if error.kind() == ErrorKind::Throttled => return Err(error),
            Err(_) => return Ok(()),
        };
        *is_asked = true;
        let count = list.and_then(|list| list.xml).map_or(0, |xml| coloured(&xml));
        if count > 0 {
            self.losses
                .note("categories", &[format!("{count} have colours of their own, which are not kept")]);
        }
        Ok(())
    }
}

/// How many categories have a colour: others have -1.
fn coloured(list: &[u8]) -> usize {
    let Ok(list) = read(list, Limits::SMALL) else { return 0 };
    let colour = |name: &str| name.parse::<i32>().is_ok_and(|colour| colour >= 0);
    list.all("category").filter(|category| category.attribute("color").is_some_and(colour)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_counted() {
        for (list, expected) in [
            (
                "<categories xmlns='CategoryList.xsd'><category name='a' color='0'/><category name='b' color='-1'/>\
              <category name='c'/><category name='d' color='24'/></categories>",
                2,
            ),
            ("<categories/>", 0),
            ("nothing", 0),
        ] {
            assert_eq!(coloured(list.as_bytes()), expected, "{list}");
        }
    }
}
