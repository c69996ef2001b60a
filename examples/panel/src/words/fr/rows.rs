//! What is wrong with a row of a table, in French.

use omm::project::import::{Column, Fault, Trouble, ValueClass};

/// Where, what, and what to do.
pub(super) fn row(trouble: &Trouble) -> String {
    let mut told = format!("ligne {}", trouble.line);
    if let Some(position) = trouble.position {
        told += &format!(", colonne {position}");
    }
    if let Some(column) = trouble.column {
        told += &format!(", {}", name(column));
    }
    if trouble.value != ValueClass::Row {
        told += &format!(" ({})", value(trouble.value));
    }
    format!("{told} : {}", fault(trouble.fault))
}

/// What, and what to do.
pub(super) fn fault(fault: Fault) -> String {
    let (what, remedy) = match fault {
        Fault::Missing => ("absent", "renseignez-le"),
        Fault::UnknownType => (
            "type de serveur inconnu",
            "écrivez IMAP, Exchange ou POP, ou laissez vide pour la détection automatique",
        ),
        Fault::NotWritable => ("POP ne permet pas d’écrire", "écrivez IMAP ou Exchange pour la destination"),
        Fault::ServerNeeded => ("absent, et introuvable pour ce type", "écrivez le nom du serveur"),
        Fault::DomainNeeded => (
            "absent, et l’identifiant n’a pas de domaine pour le trouver",
            "écrivez le nom du serveur, ou l’adresse complète comme identifiant",
        ),
        Fault::BadServer(_) => {
            ("pas un serveur", "écrivez un hôte, par exemple mail.example.org, et au besoin son port")
        }
        Fault::LoginInServer => {
            ("un identifiant devant l’hôte", "écrivez l’hôte seul ; l’identifiant a sa propre colonne")
        }
        Fault::OtherScheme => {
            ("l’URL d’un autre type de serveur", "écrivez l’hôte seul, ou corrigez le type")
        }
        Fault::TooLong(_) => ("trop long", "cherchez un guillemet ou un séparateur manquant"),
        Fault::ControlCharacter => (
            "un saut de ligne ou un autre caractère de contrôle",
            "saisissez la valeur à nouveau, sur une ligne",
        ),
        Fault::Undecodable => ("des caractères illisibles", "enregistrez le tableau en UTF-8"),
        Fault::NotText => {
            ("pas saisi comme texte", "formatez la cellule en texte et saisissez la valeur à nouveau")
        }
        Fault::FormulaError => ("une formule sans résultat", "écrivez la valeur à la place de la formule"),
        Fault::Merged => (
            "une partie d’une cellule fusionnée",
            "séparez les cellules fusionnées et écrivez la valeur dans chacune",
        ),
        Fault::BadPriority => {
            ("pas un nombre entier", "écrivez un nombre entier, ou rien ; le plus grand passe d’abord")
        }
        Fault::BadStart => (
            "ni un jour ni un moment",
            "écrivez le jour comme 2026-12-24, ou le moment comme 2026-12-24T22:00:00+01:00, ou rien",
        ),
        Fault::StartIsOver => ("un moment passé", "écrivez un moment à venir, ou rien"),
        Fault::UnclosedQuote => (
            "un guillemet non fermé sur sa ligne",
            "fermez le guillemet sur la même ligne, et doublez les guillemets dans la valeur",
        ),
        Fault::StrayQuote => (
            "du texte après un guillemet fermant",
            "doublez les guillemets dans la valeur et mettez-la entière entre guillemets",
        ),
        Fault::TooManyCells => (
            "plus de valeurs que d’en-têtes",
            "mettez entre guillemets les valeurs qui contiennent le séparateur",
        ),
        Fault::SamePair(line) => {
            return told("les mêmes comptes qu’à la ligne", line, "retirez une des deux lignes");
        }
        Fault::SameDestination(line) => return told("la même destination qu’à la ligne", line, DESTINATION),
        Fault::PairInProject(key) => {
            let remedy =
                "supprimez cette migration et importez la ligne à nouveau, si la connexion doit changer";
            return told("les mêmes comptes que la migration", key, remedy);
        }
        Fault::DestinationInProject(key) => {
            return told("la même destination que la migration", key, DESTINATION);
        }
        Fault::OntoItself => ("la destination est la source", "corrigez la source ou la destination"),
        Fault::UnknownHeader => {
            ("un en-tête incompris ; sa colonne est ignorée", "corrigez l’en-tête, ou retirez la colonne")
        }
        Fault::RepeatedHeader => {
            ("un deuxième en-tête de ce sens ; sa colonne est ignorée", "retirez une des deux colonnes")
        }
        Fault::ExampleRow => {
            ("l’exemple du modèle ; la ligne est ignorée", "saisissez vos propres comptes à sa place")
        }
        Fault::NumberTaken => (
            "un nombre, lu comme ses chiffres",
            "si un zéro devant, un point ou un E ont été saisis, formatez la cellule en texte et saisissez à nouveau",
        ),
        Fault::OtherSheets(count) => {
            let rest = "placez leurs lignes sous celles de la première, ou importez chacune comme un fichier";
            return format!("{count} autre(s) feuille(s) non lue(s) ; {rest}");
        }
        other => return format!("{other} ; {}", other.remedy()),
    };
    format!("{what} ; {remedy}")
}

const DESTINATION: &str = "corrigez la destination, ou permettez plusieurs sources vers une même destination";

fn told(what: &str, number: u64, remedy: &str) -> String {
    format!("{what} {number} ; {remedy}")
}

fn name(column: Column) -> &'static str {
    match column {
        Column::SourceType => "type de la source",
        Column::SourceServer => "serveur source",
        Column::SourceLogin => "identifiant source",
        Column::SourcePassword => "mot de passe source",
        Column::DestinationType => "type de la destination",
        Column::DestinationServer => "serveur de destination",
        Column::DestinationLogin => "adresse de destination",
        Column::DestinationPassword => "mot de passe de destination",
        Column::SourceAdmin => "administrateur source",
        Column::DestinationAdmin => "administrateur de destination",
        Column::Priority => "priorité",
        Column::Start => "début",
    }
}

fn value(class: ValueClass) -> String {
    match class {
        ValueClass::Empty => "vide".to_owned(),
        ValueClass::Text(length) => format!("texte de {length} caractères"),
        ValueClass::LongText => "un texte très long".to_owned(),
        ValueClass::Number => "un nombre".to_owned(),
        ValueClass::Date => "une date".to_owned(),
        ValueClass::Truth => "vrai ou faux".to_owned(),
        ValueClass::FormulaError => "une formule sans résultat".to_owned(),
        ValueClass::Merged => "une partie d’une cellule fusionnée".to_owned(),
        ValueClass::Withheld => "non affiché".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Would catch: a fault that was added to the SDK and is told in English on a French page.
    #[test]
    fn faults_of_today_are_told_in_french() {
        let faults = [
            Fault::Missing,
            Fault::UnknownType,
            Fault::NotWritable,
            Fault::ServerNeeded,
            Fault::DomainNeeded,
            Fault::BadServer("write a host"),
            Fault::TooManyCells,
            Fault::SamePair(3),
            Fault::SameDestination(3),
            Fault::PairInProject(3),
            Fault::DestinationInProject(3),
            Fault::OntoItself,
            Fault::FormulaError,
            Fault::Merged,
            Fault::BadPriority,
            Fault::BadStart,
            Fault::StartIsOver,
            Fault::NumberTaken,
            Fault::OtherSheets(2),
        ];
        for one in faults {
            let told = fault(one);
            assert!(!told.contains("write") && !told.contains("the ") && told.contains(" ; "), "{told}");
        }
    }
}
