//! Audit lines, each written in the transaction that it is about. Whoever appends one has the project's row locked.

use crate::value::{get, micros, signed, time, unsigned};
use omm_project::{
    project::ProjectId,
    store::{Act, AuditLine, By},
};
use omm_store_postgres::sql::{Fault, stored};
use sqlx::{PgConnection, postgres::PgRow};

pub(crate) async fn append(
    conn: &mut PgConnection,
    project: &ProjectId,
    by: &By,
    act: &Act,
) -> Result<(), Fault> {
    let sql = "SELECT number, who, what, at, hash FROM omm_projects.audit WHERE project = $1 \
               ORDER BY number DESC LIMIT 1";
    let last = sqlx::query(sql).bind(project.as_str()).fetch_optional(&mut *conn).await?;
    let last = last.as_ref().map(read).transpose()?;
    let by = By { who: stored(&by.who).into_owned(), when: by.when };
    let line = AuditLine::after(last.as_ref(), project, &by, act);
    sqlx::query("INSERT INTO omm_projects.audit VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(project.as_str())
        .bind(signed(line.number)?)
        .bind(&line.who)
        .bind(&line.what)
        .bind(micros(line.when))
        .bind(&line.hash[..])
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn lines(
    conn: &mut PgConnection,
    project: &ProjectId,
    after: u64,
    limit: u32,
) -> Result<Vec<AuditLine>, Fault> {
    let sql = "SELECT number, who, what, at, hash FROM omm_projects.audit WHERE project = $1 AND number > $2 \
               ORDER BY number LIMIT $3";
    let query = sqlx::query(sql).bind(project.as_str()).bind(signed(after)?).bind(i64::from(limit));
    query.fetch_all(conn).await?.iter().map(read).collect()
}

fn read(row: &PgRow) -> Result<AuditLine, Fault> {
    let hash: Vec<u8> = get(row, "hash")?;
    let hash = hash.try_into().map_err(|_| Fault::Unreadable("audit line"))?;
    let (number, when) = (unsigned(get(row, "number")?)?, time(get(row, "at")?)?);
    Ok(AuditLine::stored(number, get(row, "who")?, get(row, "what")?, when, hash))
}
