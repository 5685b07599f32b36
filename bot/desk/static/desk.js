// Everything works without this script; with it pages keep themselves up to date.
(function () {
  "use strict";
  var body = document.body;
  var units = (body.dataset.units || "|||").split("|");

  // Times that go on.
  function span(seconds) {
    var minutes = Math.floor(seconds / 60);
    if (minutes < 1) return units[0];
    if (minutes < 60) return units[1].replace("{n}", minutes);
    if (minutes >= 1440) return units[3].replace("{n}", Math.floor(minutes / 1440));
    var hours = units[2].replace("{n}", Math.floor(minutes / 60));
    return minutes % 60 ? hours + " " + units[1].replace("{n}", minutes % 60) : hours;
  }
  function count() {
    document.querySelectorAll("time[data-since], time[data-until]").forEach(function (time) {
      var away = (Date.now() - Date.parse(time.dateTime)) / 1000;
      var text = span("until" in time.dataset ? -away : away);
      if (time.textContent !== text) time.textContent = text;
    });
  }
  setInterval(count, 10000);

  // Filters take effect at once.
  document.querySelectorAll("form[data-auto]").forEach(function (form) {
    form.addEventListener("change", function () { form.requestSubmit(); });
    form.querySelectorAll("[data-needless]").forEach(function (button) { button.hidden = true; });
  });

  // Writing: Ctrl+Enter sends, once; canned replies go into the box.
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-send]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
    if (event.key === "Escape") {
      var open = event.target.closest("details.drop[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
    }
  });
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("form[data-once]")) return;
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  document.addEventListener("click", function (event) {
    var canned = event.target.closest("button[data-text]");
    if (canned) {
      event.preventDefault();
      var box = document.getElementById("reply");
      box.value = (box.value.trim() ? box.value.trim() + "\n\n" : "") + canned.dataset.text;
      canned.closest("details").open = false;
      box.focus();
      return;
    }
    document.querySelectorAll("details.drop[open]").forEach(function (details) {
      if (!details.contains(event.target)) details.open = false;
    });
  });

  // The newest words are in sight.
  function toLatest() {
    var talk = document.getElementById("talk");
    if (talk && getComputedStyle(talk).overflowY === "auto") talk.scrollTop = talk.scrollHeight;
  }
  toLatest();

  // Live: the server says that the page is old, the page fetches itself and takes its new parts.
  var live = body.dataset.live;
  if (!live || !window.EventSource) return;
  var page = body.dataset.page || location.pathname + location.search;
  var offline = document.getElementById("offline");
  var isFetching = false, isOld = false;

  function isBusy(part) {
    var focused = document.activeElement;
    var types = part.contains(focused) && focused.matches("input, select, textarea");
    return types || part.querySelector("details.drop[open]") !== null;
  }
  function hasDraft() {
    return Array.prototype.some.call(document.querySelectorAll("textarea[data-send]"), function (box) {
      return box.value.trim() !== "";
    });
  }
  function take(fresh) {
    var why = document.getElementById("why"), newWhy = fresh.getElementById("why");
    if (why && newWhy && why.dataset.rights !== newWhy.dataset.rights && !hasDraft()) {
      location.replace(page);
      return;
    }
    document.querySelectorAll("[data-part]").forEach(function (part) {
      var found = fresh.getElementById(part.id);
      if (!found || part.innerHTML === found.innerHTML) return;
      if (isBusy(part)) { isOld = true; return; }
      var focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      var before = part.children.length;
      part.replaceChildren.apply(part, Array.prototype.slice.call(found.childNodes));
      Object.assign(part.dataset, found.dataset);
      if (part.id === "lines") {
        Array.prototype.slice.call(part.children, before).forEach(function (line) { line.classList.add("fresh"); });
        toLatest();
      }
      if (focused) {
        var same = part.querySelector('a[href="' + CSS.escape(focused).replace(/\\([^"\\])/g, "$1") + '"]');
        if (same) same.focus();
      }
    });
    document.title = fresh.title;
    count();
  }
  function refresh() {
    if (isFetching) { isOld = true; return; }
    isFetching = true;
    isOld = false;
    fetch(page, { headers: { "X-Desk-Live": "1" }, credentials: "same-origin", cache: "no-store" })
      .then(function (answer) {
        if (answer.status === 401 || answer.status === 404) { location.replace(page); return null; }
        if (!answer.ok) isOld = true;
        return answer.ok ? answer.text() : null;
      })
      .then(function (html) { if (html) take(new DOMParser().parseFromString(html, "text/html")); })
      .catch(function () { isOld = true; })
      .then(function () { isFetching = false; });
  }
  setInterval(function () { if (isOld) refresh(); }, 4000);

  function listen() {
    var mark = "mark=" + encodeURIComponent(body.dataset.mark);
    var source = new EventSource(live + (live.indexOf("?") < 0 ? "?" : "&") + mark);
    source.addEventListener("changed", function (event) {
      body.dataset.mark = event.lastEventId;
      refresh();
    });
    source.addEventListener("over", function () { source.close(); location.replace(page); });
    source.onopen = function () { offline.hidden = true; };
    source.onerror = function () {
      offline.hidden = false;
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(function () { refresh(); listen(); }, 5000);
    };
  }
  listen();
})();
