//! A real Chromium without a window, by WebDriver (<https://www.w3.org/TR/webdriver2/>): as much of it as is needed here.
//!
//! The clients that there are bring a licence that we do not take (Mozilla's `webdriver`), or a second HTTP client.

use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A browser with one window. It ends when this is dropped.
pub(crate) struct Chromium {
    driver: Child,
    port: u16,
    session: String,
    /// Where the pages are.
    pub(crate) base: String,
    _profile: tempfile::TempDir,
}

/// What the standard calls a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// A page that has not come to what is waited for by then does not come to it.
const PATIENCE: Duration = Duration::from_secs(60);

impl Chromium {
    /// Starts one; nothing on a machine without it, which is said.
    pub(crate) fn start(base: &str) -> Option<Self> {
        let found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
        let Some(program) = found.into_iter().find(|path| Path::new(path).exists()) else {
            println!("skipped: no Chromium");
            return None;
        };
        let driver =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut driver) = driver else {
            println!("skipped: no Chromium (no chromedriver)");
            return None;
        };
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
        });
        // Whoever does not read what it says stops it some day.
        std::thread::spawn(move || lines.for_each(drop));
        let profile = tempfile::tempdir().unwrap();
        let data = format!("--user-data-dir={}", profile.path().display());
        // Tests may run as root, where Chromium has no sandbox.
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--lang=en",
            &data,
        ];
        let asked = json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome",
            "goog:chromeOptions": { "binary": program, "args": arguments } } } });
        let (port, base) = (port.expect("the driver says its port"), base.to_owned());
        let mut browser = Self { driver, port, session: String::new(), base, _profile: profile };
        let made = browser.ask("POST", "/session", &asked).expect("a session");
        browser.session = format!("/session/{}", made["sessionId"].as_str().expect("a session"));
        Some(browser)
    }

    pub(crate) fn go(&self, path: &str) {
        self.post("/url", &json!({ "url": format!("{}{path}", self.base) }));
    }

    pub(crate) fn place(&self) -> String {
        let url = self.ask("GET", &format!("{}/url", self.session), &Value::Null).expect("where it is");
        url.as_str().unwrap().trim_start_matches(&self.base).to_owned()
    }

    /// Runs a script; what it gives back.
    #[track_caller]
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The same of one whose last argument is called when it is done.
    #[track_caller]
    pub(crate) fn run_later(&self, script: &str) -> Value {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Waits until a script gives something that is true. It is the page that is waited for, which tells nobody by itself.
    #[track_caller]
    pub(crate) fn until(&self, script: &str) {
        let begin = Instant::now();
        let asked = json!({ "script": script, "args": [] });
        // A script that meets the end of its page has an error instead of an answer.
        while self.try_post("/execute/sync", &asked) != Ok(Value::Bool(true)) {
            assert!(begin.elapsed() < PATIENCE, "{script} at {}: {}", self.place(), self.text());
        }
    }

    /// Waits until there is an element of this kind.
    #[track_caller]
    pub(crate) fn see(&self, css: &str) {
        self.until(&format!("return document.querySelector({}) !== null", json!(css)));
    }

    #[track_caller]
    pub(crate) fn holds(&self, words: &[&str]) {
        for word in words {
            assert!(self.text().contains(word), "{word:?} is not in {}", self.text());
        }
    }

    pub(crate) fn text(&self) -> String {
        self.run("return document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    /// Types into a field, or into a file's field its path.
    #[track_caller]
    pub(crate) fn type_in(&self, css: &str, text: &str) {
        if self.run(&format!("return document.querySelector({}).type", json!(css))) != json!("file") {
            self.act(css, "clear", &json!({}));
        }
        self.act(css, "value", &json!({ "text": text }));
    }

    pub(crate) fn choose(&self, css: &str, value: &str) {
        self.click(&format!("{css} option[value={value:?}]"));
    }

    #[track_caller]
    pub(crate) fn click(&self, css: &str) {
        self.act(css, "click", &json!({}));
    }

    /// Presses keys, wherever the focus is.
    pub(crate) fn press(&self, keys: &str) {
        let down = keys.chars().flat_map(|key| {
            ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
        });
        let actions: Vec<_> = down.collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }));
    }

    pub(crate) fn width(&self, width: u32) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    pub(crate) fn dark(&self, is_dark: bool) {
        let value = if is_dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", &features);
    }

    pub(crate) fn scripts(&self, are_run: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": !are_run }));
    }

    /// From now on this runs on each page before its own scripts do.
    pub(crate) fn scripted(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": script }));
    }

    /// All of the page as a picture.
    pub(crate) fn shoot(&self, to: &Path) {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let asked = json!({ "captureBeyondViewport": true });
        let shot = self.devtools("Page.captureScreenshot", &asked);
        fs::write(to, BASE64_STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()).unwrap();
    }

    fn devtools(&self, command: &str, params: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": params }))
    }

    /// Does something to an element. A page that draws itself anew between the look and the deed is looked at again, as a person
    /// would.
    #[track_caller]
    fn act(&self, css: &str, deed: &str, what: &Value) {
        let begin = Instant::now();
        loop {
            let asked = json!({ "using": "css selector", "value": css });
            let done = self.try_post("/element", &asked).and_then(|found| {
                self.try_post(&format!("/element/{}/{deed}", found[ELEMENT].as_str().unwrap()), what)
            });
            match done {
                Ok(_) => return,
                Err(error) if error["error"] == "stale element reference" && begin.elapsed() < PATIENCE => {}
                Err(error) => panic!("{deed} {css} at {}: {error}: {}", self.place(), self.text()),
            }
        }
    }

    #[track_caller]
    fn post(&self, path: &str, what: &Value) -> Value {
        self.try_post(path, what).unwrap_or_else(|error| panic!("{path} {what}: {error}"))
    }

    fn try_post(&self, path: &str, what: &Value) -> Result<Value, Value> {
        self.ask("POST", &format!("{}{path}", self.session), what)
    }

    /// What the browser answers, or its error (WebDriver §6.6).
    fn ask(&self, method: &str, path: &str, what: &Value) -> Result<Value, Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the driver listens");
        let body = if what.is_null() { String::new() } else { what.to_string() };
        let length = body.len();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n").unwrap();
        write!(stream, "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let body = answered(&mut BufReader::new(stream));
        let told: Value = serde_json::from_slice(&body).expect("the driver speaks JSON");
        let value = told["value"].clone();
        if value.get("error").is_some() { Err(value) } else { Ok(value) }
    }
}

/// The body of an answer. Its length counts: the driver keeps the connection open.
fn answered(from: &mut impl BufRead) -> Vec<u8> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        from.read_line(&mut line).expect("the driver answers");
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).unwrap();
    body
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.ask("DELETE", &self.session, &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
