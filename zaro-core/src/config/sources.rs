//! Where values come from, and errors that say so.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::SETTINGS;

/// One setting: its key in the file, its environment variable, and its help.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Dotted key in the TOML file and for `--set`.
    pub key: &'static str,
    /// Environment variable.
    pub env: &'static str,
    /// What holds when it is not given, in words.
    pub default: &'static str,
    /// What it means.
    pub help: &'static str,
}

impl Setting {
    /// A row of [`SETTINGS`].
    pub const fn new(key: &'static str, env: &'static str, default: &'static str, help: &'static str) -> Self {
        Self { key, env, default, help }
    }
}

/// Where a value was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// On the command line.
    Flag(&'static str),
    /// In the environment.
    Env(&'static str),
    /// In the file, under this key.
    File(PathBuf, &'static str),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(key) => write!(f, "`{key}` (command line)"),
            Self::Env(name) => write!(f, "`{name}`"),
            Self::File(path, key) => write!(f, "`{key}` in `{}`", path.display()),
        }
    }
}

/// A value as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Its text, white space at the ends cut.
    pub text: String,
    /// Where it stands.
    pub origin: Origin,
}

impl Value {
    /// An error about this value.
    pub fn wrong(&self, problem: impl std::fmt::Display, hint: impl Into<String>) -> ConfigError {
        ConfigError { setting: self.origin.to_string(), problem: problem.to_string(), hint: hint.into() }
    }

    /// The value as a switch.
    pub fn switch(&self) -> Result<bool, ConfigError> {
        match self.text.as_str() {
            "on" | "true" | "1" => Ok(true),
            "off" | "false" | "0" => Ok(false),
            other => Err(self.wrong(format!("is `{other}`"), "use `on` or `off`")),
        }
    }

    /// The value as a number within a range.
    pub fn number<N>(&self, range: std::ops::RangeInclusive<N>) -> Result<N, ConfigError>
    where
        N: std::str::FromStr + PartialOrd + std::fmt::Display,
    {
        let number = self.text.parse::<N>().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let wanted = format!("a whole number from {} to {}", range.start(), range.end());
            self.wrong(format!("is `{}`, not {wanted}", self.text), format!("give {wanted}"))
        })
    }
}

/// A configuration that cannot be used: what is wrong where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting} {problem}\nhint: {hint}")]
pub struct ConfigError {
    setting: String,
    problem: String,
    hint: String,
}

impl ConfigError {
    /// An error about a setting that is wrong by what it lacks or contradicts.
    pub fn new(setting: &str, problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { setting: format!("`{setting}`"), problem: problem.into(), hint: hint.into() }
    }
}

/// All places a value can be given in.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    flags: BTreeMap<&'static str, String>,
    env: BTreeMap<String, String>,
    file: Option<(PathBuf, toml::Table)>,
}

impl Sources {
    /// The process environment, and the file that `config_file` or `ZARO_CONFIG` names.
    ///
    /// # Errors
    /// When the file cannot be read, is no TOML, or has a key that is no setting.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn from_process(config_file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut env = BTreeMap::new();
        for setting in SETTINGS {
            match std::env::var(setting.env) {
                Ok(text) => drop(env.insert(setting.env.to_owned(), text)),
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err(ConfigError::new(setting.env, "is not UTF-8 text", setting.help));
                }
            }
        }
        let named = std::env::var("ZARO_CONFIG").ok().filter(|path| !path.is_empty()).map(PathBuf::from);
        Self::new(env, config_file.map(Path::to_path_buf).or(named))
    }

    /// From given variables and a file: for tests, and the base of [`Self::from_process`].
    pub fn new(env: BTreeMap<String, String>, config_file: Option<PathBuf>) -> Result<Self, ConfigError> {
        let file = config_file.map(read_file).transpose()?;
        Ok(Self { flags: BTreeMap::new(), env, file })
    }

    /// Adds a value from the command line; it wins over all others.
    pub fn flag(&mut self, key: &'static str, text: impl Into<String>) -> &mut Self {
        self.flags.insert(key, text.into());
        self
    }

    /// Adds `KEY=VALUE` from the command line.
    pub fn set(&mut self, pair: &str) -> Result<(), ConfigError> {
        let hint = "keys are those of the configuration file, e.g. server.listen=127.0.0.1:9000";
        let (key, text) = pair
            .split_once('=')
            .ok_or_else(|| ConfigError::new("--set", format!("`{pair}` is not KEY=VALUE"), hint))?;
        let setting = SETTINGS.iter().find(|setting| setting.key == key);
        let setting = setting
            .ok_or_else(|| ConfigError::new("--set", format!("names `{key}`, which is no setting"), closest(key)))?;
        self.flag(setting.key, text);
        Ok(())
    }

    /// The value of a setting, or nothing where it is not given or blank.
    pub fn get(&self, key: &'static str) -> Option<Value> {
        let setting = SETTINGS.iter().find(|setting| setting.key == key)?;
        let flag = self.flags.get(key).map(|text| (text.clone(), Origin::Flag(setting.key)));
        let env = || self.env.get(setting.env).map(|text| (text.clone(), Origin::Env(setting.env)));
        let file = || {
            let (path, table) = self.file.as_ref()?;
            Some((text_at(table, key)?, Origin::File(path.clone(), setting.key)))
        };
        let given = |(text, origin): (String, Origin)| {
            let text = text.trim().to_owned();
            (!text.is_empty()).then_some(Value { text, origin })
        };
        flag.and_then(given).or_else(|| env().and_then(given)).or_else(|| file().and_then(given))
    }
}

fn read_file(path: PathBuf) -> Result<(PathBuf, toml::Table), ConfigError> {
    let place = path.display().to_string();
    let text = std::fs::read_to_string(&path).map_err(|error| {
        ConfigError::new(&place, format!("cannot be read: {error}"), "check `--config` or `ZARO_CONFIG`")
    })?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        ConfigError::new(
            &place,
            format!("is no TOML: {}", error.message()),
            "see the commented sample in `deploy/zaro.toml`",
        )
    })?;
    for key in keys_of(&table, "") {
        if !SETTINGS.iter().any(|setting| setting.key == key) {
            return Err(ConfigError::new(&place, format!("has `{key}`, which is no setting"), closest(&key)));
        }
    }
    Ok((path, table))
}

/// All dotted keys of a table.
fn keys_of(table: &toml::Table, prefix: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for (name, value) in table {
        match value {
            toml::Value::Table(inner) => keys.extend(keys_of(inner, &format!("{prefix}{name}."))),
            _ => keys.push(format!("{prefix}{name}")),
        }
    }
    keys
}

/// The value under a dotted key, as text; lists join with commas.
fn text_at(table: &toml::Table, key: &str) -> Option<String> {
    let text = |value: &toml::Value| match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Boolean(on) => if *on { "on" } else { "off" }.to_owned(),
        other => other.to_string(),
    };
    let found = match key.split_once('.') {
        Some((section, rest)) => table.get(section)?.as_table()?.get(rest)?,
        None => table.get(key)?,
    };
    Some(match found {
        toml::Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        other => text(other),
    })
}

/// A hint with the setting that shares most with a mistyped key.
fn closest(key: &str) -> String {
    let shared = |setting: &&Setting| setting.key.chars().zip(key.chars()).take_while(|(a, b)| a == b).count();
    let tail = key.rsplit('.').next().unwrap_or(key);
    let found = SETTINGS.iter().find(|s| s.key.ends_with(tail)).or_else(|| SETTINGS.iter().max_by_key(shared));
    found.map_or_else(String::new, |setting| format!("did you mean `{}` ({})", setting.key, setting.help))
}
