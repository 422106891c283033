//! The commented sample of the configuration names every setting and no other.

use zaro_core::config::SETTINGS;

#[test]
fn the_sample_has_every_setting_with_its_variable() {
    let sample = include_str!("../../deploy/zaro.toml");
    for setting in SETTINGS {
        let name = setting.key.rsplit('.').next().expect("a name");
        let line = sample.lines().find(|line| line.starts_with(&format!("#{name} = ")) && line.contains(setting.env));
        assert!(line.is_some(), "`{}` ({}) is not in deploy/zaro.toml", setting.key, setting.env);
    }
    let settings = sample.lines().filter(|line| line.starts_with('#') && line.contains(" = ")).count();
    assert_eq!(settings, SETTINGS.len());
}
