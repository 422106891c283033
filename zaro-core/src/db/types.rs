//! How domain values are stored: numbers for times and ids, words for enums.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::dsl::AsExprOf;
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{BigInt, Nullable, SingleValue, Text};

use crate::types;

/// Lets a type stand in a query as the expression of what it is stored as.
macro_rules! expression {
    ($name:ty, $raw:ty, $sql:ty, |$me:ident| $get:expr) => {
        impl AsExpression<$sql> for $name {
            type Expression = AsExprOf<$raw, $sql>;

            fn as_expression(self) -> Self::Expression {
                let $me = self;
                <$raw as AsExpression<$sql>>::as_expression($get)
            }
        }

        impl AsExpression<$sql> for &$name {
            type Expression = AsExprOf<$raw, $sql>;

            fn as_expression(self) -> Self::Expression {
                <$name as AsExpression<$sql>>::as_expression(*self)
            }
        }
    };
}

/// Everything Diesel asks for, for a type that is stored as another one Diesel knows.
macro_rules! stored {
    ($name:ty, $sql:ty, $raw:ty, $inner:ty, |$me:ident| $get:expr, $by_ref:expr, |$value:ident: $owned:ty| $from:expr) => {
        impl<DB: Backend> ToSql<$sql, DB> for $name
        where
            $inner: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                let by_ref: fn(&Self) -> &$inner = $by_ref;
                <$inner as ToSql<$sql, DB>>::to_sql(by_ref(self), out)
            }
        }

        // For `eq_any` on a column that may be null.
        impl<DB: Backend> ToSql<Nullable<$sql>, DB> for $name
        where
            Self: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <Self as ToSql<$sql, DB>>::to_sql(self, out)
            }
        }

        impl<DB: Backend> FromSql<$sql, DB> for $name
        where
            $owned: FromSql<$sql, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let $value = <$owned as FromSql<$sql, DB>>::from_sql(bytes)?;
                $from
            }
        }

        impl<DB: Backend, ST: SingleValue> Queryable<ST, DB> for $name
        where
            Self: FromSql<ST, DB>,
        {
            type Row = Self;

            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }

        expression!($name, $raw, $sql, |$me| $get);
        expression!($name, $raw, Nullable<$sql>, |$me| $get);
    };
}

/// A number in the database.
macro_rules! stored_number {
    ($($name:ident),+) => { $(
        stored!(types::$name, BigInt, i64, i64, |me| me.0, |me| &me.0, |value: i64| Ok(Self(value)));
    )+ };
}

/// A word in the database; a word we do not know is an error, not a default.
macro_rules! stored_word {
    ($($name:ident),+ $(,)?) => { $(
        stored!(types::$name, Text, &'static str, str, |me| me.as_str(), |me| me.as_str(), |value: String| {
            Self::parse(&value).ok_or_else(|| format!("`{value}` is no {}", stringify!($name)).into())
        });
    )+ };
}

stored_number!(
    UserId,
    PostId,
    CommentId,
    NotificationId,
    GroupId,
    FavoriteId,
    PlaceId,
    ReportId,
    SanctionId,
    AppealId,
    Time
);
stored_word!(
    Status,
    Provider,
    Gender,
    Category,
    Tag,
    TokenPurpose,
    MailKind,
    MailState,
    NoticeState,
    RevokedReason,
    WithdrawalKind,
    NotificationKind,
    Visibility,
    PlaceSource,
    ImageState,
    ImageKind,
    RunState,
    ReportReason,
    ReportState,
    HiddenReason,
    Via,
    RankKind,
    SanctionKind,
    AppealState,
    ExportState,
);
