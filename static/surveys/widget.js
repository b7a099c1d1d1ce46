// The survey inside a company's own page: Shadow DOM, a constructed stylesheet (allowed under any CSP), no markup
// from strings, nothing sent before the visitor answers. Served with its survey by surveys/widget.py.
(function (survey) {
  "use strict";
  var script = document.currentScript;
  if (survey.origins.indexOf(location.origin) < 0) {
    console.info("cxplatform: " + location.origin + " is not among the allowed pages of this widget. Add it in its settings.");
    return;
  }
  if (document.querySelector('cx-survey[data-key="' + survey.key + '"]')) return;

  var memory = "cx-survey-" + survey.key;
  var spoken = speak();
  var token = newToken();
  var index = 0;
  var mood = "";
  var sending = false;
  var host, root, box;

  function speak() {
    var asked = [script && script.dataset.cxLang, document.documentElement.lang].concat(navigator.languages || []);
    for (var i = 0; i < asked.length; i++) {
      var code = (asked[i] || "").slice(0, 2).toLowerCase();
      if (survey.languages[code]) return code;
    }
    return survey.language;
  }

  function newToken() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    return btoa(String.fromCharCode.apply(null, bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  }

  // Storage may be refused; then the visitor is asked on the next page again.
  function remember() {
    try { localStorage.setItem(memory, String(Date.now())); } catch (refused) { return; }
  }
  function askedLately() {
    try { return Date.now() - Number(localStorage.getItem(memory) || 0) < survey.againDays * 864e5; } catch (refused) { return false; }
  }

  function make(name, properties, children) {
    var element = document.createElement(name);
    Object.keys(properties || {}).forEach(function (key) {
      if (key === "text") element.textContent = properties[key];
      else if (key === "click") element.addEventListener("click", properties[key]);
      else element.setAttribute(key, properties[key]);
    });
    (children || []).forEach(function (child) { if (child) element.appendChild(child); });
    return element;
  }

  function words() { return survey.languages[spoken].words; }

  function show() {
    var question = survey.languages[spoken].questions[index];
    var held = box && root.activeElement;
    var title = make("h2", { id: "title", tabindex: "-1", text: question ? question.title : words().thanks });
    var parts = [title];
    if (!question) {
      parts.push(make("p", { text: words().next }));
    } else if (question.options) {
      parts.push(options(question));
    } else {
      parts = [make("h2", { id: "title", tabindex: "-1", text: question.fields[mood][0][1] })].concat(fields(question));
    }
    parts.push(make("p", { id: "problem", role: "alert" }));
    if (survey.privacy && index === 0) parts.push(make("details", {}, [
      make("summary", { text: words().privacy }), make("p", { text: survey.privacy })
    ]));
    var close = make("button", { type: "button", "class": "close", "aria-label": words().close, text: "×", click: leave });
    var fresh = make("section", {
      role: survey.inline ? "region" : "dialog", "aria-labelledby": "title", lang: spoken
    }, [survey.inline ? null : close].concat(parts));
    if (box) root.replaceChild(fresh, box); else root.appendChild(fresh);
    box = fresh;
    if (held) root.getElementById("title").focus();
  }

  function options(question) {
    var numbers = question.low ? " numbers" + (question.options.length < 8 ? " few" : "") : "";
    var list = make("div", { role: "group", "aria-labelledby": "title", "class": "options" + numbers }, question.options.map(function (option, place) {
      var end = place === 0 ? question.low : place === question.options.length - 1 ? question.high : "";
      var button = make("button", { type: "button", text: option[1], click: function () {
        send({ q: question.key, answers: pair(question.key, option[0]) }, function () { mood = mood || option[2]; });
      } });
      if (end) button.setAttribute("aria-label", option[1] + ": " + end);
      return button;
    }));
    var ends = question.low ? make("p", { "class": "ends", "aria-hidden": "true" }, [
      make("span", { text: question.options[0][1] + " = " + question.low }),
      make("span", { text: question.options[question.options.length - 1][1] + " = " + question.high })
    ]) : null;
    return make("div", {}, [list, ends, question.required ? null : skip()]);
  }

  function fields(question) {
    var areas = question.fields[mood].map(function (field, place) {
      var area = make("textarea", { id: "field-" + field[0], maxlength: "5000", rows: "3" });
      area.setAttribute("aria-labelledby", place ? "label-" + field[0] : "title");
      return [place ? make("p", { id: "label-" + field[0], "class": "label", text: field[1] }) : null, area];
    });
    var submit = make("button", { type: "button", "class": "main", text: words().send, click: function () {
      var texts = {};
      question.fields[mood].forEach(function (field) {
        var text = root.getElementById("field-" + field[0]).value.trim();
        if (text) texts[field[0]] = text;
      });
      if (Object.keys(texts).length) send({ q: question.key, texts: texts });
      else if (question.required) complain(words().empty);
      else forward();
    } });
    return [].concat.apply([], areas).concat([make("div", { "class": "turn" }, [submit, question.required ? null : skip()])]);
  }

  function skip() {
    return make("button", { type: "button", "class": "quiet", text: words().skip, click: forward });
  }

  function pair(key, value) {
    var object = {};
    object[key] = value;
    return object;
  }

  function complain(text) { root.getElementById("problem").textContent = text; }

  function send(answer, then) {
    if (sending) return;
    sending = true;
    complain("");
    answer.token = token;
    answer.version = survey.version;
    answer.language = spoken;
    fetch(survey.address, {
      method: "POST", mode: "cors", credentials: "omit", keepalive: true, referrerPolicy: "no-referrer",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify(answer)
    }).then(function (response) {
      if (!response.ok) throw new Error(String(response.status));
      if (then) then();
      remember();
      forward();
    }).catch(function () {
      complain(words().failed);
    }).then(function () { sending = false; });
  }

  function forward() {
    index += 1;
    show();
  }

  function leave() {
    remember();
    host.remove();
  }

  function open(parent) {
    host = make("cx-survey", { "data-key": survey.key });
    root = host.attachShadow({ mode: "open" });
    var sheet = new CSSStyleSheet();
    sheet.replaceSync(survey.css + (survey.inline ? ":host{position:static!important;width:auto!important;z-index:auto!important}" : ""));
    root.adoptedStyleSheets = [sheet];
    if (!survey.inline) host.addEventListener("keydown", function (event) { if (event.key === "Escape") leave(); });
    parent.appendChild(host);
    show();
  }

  function start() {
    var place = document.querySelector('[data-cx-inline="' + survey.key + '"], [data-cx-inline=""]');
    survey.inline = Boolean(place);
    if (script && script.src) survey.address = new URL(survey.path, script.src).href;
    if (place) open(place);
    else if (!askedLately()) setTimeout(function () { open(document.body); }, survey.delay * 1000);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})(/*SURVEY*/null);
