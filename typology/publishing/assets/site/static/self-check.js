// "Welcher Typ sind wir?": the survey's question as it was asked, or one goal after the other. Every step is an entry of
// the tab's history. Answers are never sent, stored or put into the address; they are gone when the tab is closed.
(function () {
  "use strict";
  var M = window.Marks, T = window.TEXTS, P = window.Posterior, el = M.el;
  var CARRIED = "typology-self-check:";
  var typology = window.TYPOLOGY;
  var place = document.getElementById("check"), heading = document.getElementById("title");
  var START = heading.textContent, BEHIND = document.title.slice(document.title.lastIndexOf(" – "));
  // step: start, whole, short or result; answers by goal; early: the short way ended before all was asked.
  var state = null;

  function own() { return state.own ? window.Register.find(state.own) : null; }

  // A typology of practice data never types a real municipality; without one there is the orientation.
  function byTypology() {
    var body = own();
    return Boolean(typology) && (!typology.synthetisch || (body !== null && !window.Register.isReal(body.key)));
  }

  // ---- the steps in the history of the tab
  function begun(key) { return { step: "start", own: key, answers: {}, early: false, depth: 0 }; }

  function go(step, changes) {
    var next = Object.assign({}, state, { step: step, early: false, depth: state.depth + 1 }, changes);
    window.history.pushState({ check: next }, "");
    state = next;
    show(true);
  }

  // What changes inside a step stays with it.
  function keep(changes) {
    state = Object.assign({}, state, changes);
    window.history.replaceState({ check: state }, "");
  }

  function back() {
    if (state.depth > 0) { window.history.back(); } else { keep(begun(state.own)); show(true); }
  }

  window.addEventListener("popstate", function (event) {
    state = (event.state && event.state.check) || begun(state.own);
    show(true);
  });

  // Another language is another page: the name of the tab hands the answers over and is emptied there at once.
  Array.prototype.forEach.call(document.querySelectorAll("a.keep-hash"), function (link) {
    link.addEventListener("click", function (event) {
      if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) { return; }
      window.name = CARRIED + JSON.stringify(state);
    });
  });

  function recall() {
    var carried = window.name.indexOf(CARRIED) === 0 ? window.name.slice(CARRIED.length) : "";
    if (carried) { window.name = ""; }
    state = begun(location.hash.slice(1));
    if (window.history.state && window.history.state.check) {
      state = window.history.state.check;
    } else if (carried) {
      var given = JSON.parse(carried);
      keep(begun(given.own));
      if (given.step !== "start") {
        state = Object.assign(given, { depth: 1 });
        window.history.pushState({ check: state }, "");
      }
    } else {
      keep({});
    }
  }

  function show(focus) {
    var page = { start: start, whole: whole, short: short, result: result }[state.step]();
    document.getElementById("intro").hidden = state.step !== "start";
    heading.textContent = page.title;
    document.title = page.title + BEHIND;
    place.textContent = "";
    place.appendChild(page.node);
    // what stands here when the page begins is offered by tables.js itself, which runs later
    if (window.Tables) { Array.prototype.forEach.call(page.node.querySelectorAll("table"), window.Tables.offer); }
    if (focus) {
      var target = page.node.querySelector("[data-focus]") || heading;
      target.setAttribute("tabindex", "-1");
      target.focus();
      window.scrollTo(0, 0);
    }
  }

  function button(text, action, kind) {
    var node = el("button", { type: "button", "class": kind || "button quiet" }, text);
    node.addEventListener("click", action);
    return node;
  }

  // ---- the beginning: choose a municipality or none, and how to be asked
  function start() {
    var body = own(), node = el("div", { id: "start" }, el("h2", {}, T.start_heading));
    if (body) {
      node.appendChild(el("p", { "class": "chosen-own", "data-focus": "" }, el("strong", {}, M.name(window.Register.shownName(body))), " ",
        el("span", { "class": "meta" }, window.Register.place(body)), " ",
        button(T.own_change, function () { keep({ own: "" }); show(true); })));
    } else {
      chooser().forEach(function (part) { node.appendChild(part); });
    }
    node.appendChild(el("p", { id: "mode", "class": "mode" },
      byTypology() ? (typology.synthetisch ? T.mode_practice : T.mode_typology) : (typology ? T.mode_orientation_real : T.mode_orientation)));
    var actions = el("p", { "class": "actions" }, button(T.begin, function () { go("whole", { answers: {} }); }, "button"));
    var example = window.Register.find(place.getAttribute("data-example"));
    if (!body && typology && typology.synthetisch && example) {
      actions.appendChild(button(window.say("try_example", { name: example.name }), function () { go("whole", { own: example.key, answers: {} }); }));
    }
    node.appendChild(actions);
    if (byTypology() && P.canEndEarly(typology)) {
      node.appendChild(el("section", { "class": "other-way" }, el("h2", {}, T.short_heading),
        el("p", { id: "agreement" }, window.say("short_text", { types: typology.types.map(function (type) { return M.tr(type.short || type.label); }).join(", ") })),
        el("p", {}, button(T.short_begin, function () { go("short", { answers: {} }); }))));
    }
    return { title: START, node: node };
  }

  function chooser() {
    var status = el("p", { role: "status", "class": "status" }), list = el("ul", { "class": "results" });
    var field = el("input", { type: "search", id: "own", autocomplete: "off", spellcheck: "false", "aria-describedby": "own-hint own-postcodes" });
    function offer() {
      var text = field.value.trim(), result = window.Register.search(text), shown = result.entries.slice(0, 8);
      list.textContent = "";
      shown.forEach(function (entry) {
        list.appendChild(el("li", {}, button(M.name(window.Register.shownName(entry)), function () { keep({ own: entry.key }); show(true); }, "link"),
          el("span", { "class": "meta" }, window.Register.place(entry))));
      });
      status.textContent = window.Register.outcome(text, result, shown.length);
    }
    field.addEventListener("input", function () { offer(); window.Register.withPostcodes(field.value, offer); });
    var form = el("form", { "class": "search" }, el("label", { "for": "own" }, T.own_label), field, el("p", { "class": "hint", id: "own-hint" }, T.own_hint), el("p", { "class": "hint", id: "own-postcodes" }, place.getAttribute("data-postcodes")));
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    return [form, status, list];
  }

  // ---- the question as it is asked: all goals in the order of the catalogue, nothing said before the end
  function question() {
    if (byTypology()) {
      return {
        goals: typology.goals, list: P.isList(typology), limit: Number(typology.question.limit) || 0,
        text: M.tr(typology.question.text)
      };
    }
    var limit = window.CHECK.limit;
    return { goals: window.CHECK.goals, list: true, limit: limit, text: window.say("orientation_question", { limit: limit }) };
  }

  function chosen(asked) {
    return asked.goals.filter(function (goal) { return state.answers[goal.key] === "ja"; });
  }

  function whole() {
    var asked = question(), status = el("p", { id: "count", role: "status", "class": "status" });
    var error = el("p", { id: "error", "class": "error", role: "alert" });
    var parts = asked.list ? ticks(asked, status) : scales(asked);
    var form = el("form", { "class": "question" }, byTypology() ? null : el("p", {}, T.orientation_note));
    parts.forEach(function (part) { form.appendChild(part); });
    form.appendChild(status);
    form.appendChild(error);
    form.appendChild(el("p", { "class": "actions" }, el("button", { type: "submit", "class": "button" }, byTypology() ? T.to_result : T.orientation_go), button(T.back, back)));
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (!Object.keys(state.answers).some(function (key) { return state.answers[key]; })) {
        error.textContent = T.choose_any;
        Array.prototype.forEach.call(form.querySelectorAll("input[type=checkbox], [role=radiogroup]"), function (node) {
          node.setAttribute("aria-invalid", "true");
          node.setAttribute("aria-describedby", "error");
        });
        form.querySelector("input").focus();
        return;
      }
      go("result", { answers: asked.list ? P.complete({ goals: asked.goals }, state.answers) : state.answers });
    });
    if (asked.list) { count(asked, status); }
    return { title: T.whole_title, node: form };
  }

  function count(asked, status) {
    var n = chosen(asked).length;
    status.textContent = asked.limit ? window.say("count", { n: n, limit: asked.limit }) : window.say("count_open", { n: n });
  }

  function ticks(asked, status) {
    var group = el("fieldset", {}, el("legend", {}, asked.text));
    asked.goals.forEach(function (goal) {
      var box = el("input", { type: "checkbox", id: "goal-" + goal.key });
      box.checked = state.answers[goal.key] === "ja";
      box.addEventListener("change", function () {
        if (box.checked && asked.limit && chosen(asked).length >= asked.limit) {
          box.checked = false;
          status.textContent = window.say("count_full", { limit: asked.limit });
          return;
        }
        var answers = Object.assign({}, state.answers);
        if (box.checked) { answers[goal.key] = "ja"; } else { delete answers[goal.key]; }
        keep({ answers: answers });
        count(asked, status);
      });
      group.appendChild(el("div", { "class": "option" }, box, el("label", { "for": box.id }, M.tr(goal.label))));
    });
    return [group];
  }

  function levels(goal) {
    return goal.answers.join() === "nein,ja" ? ["ja", "nein"] : goal.answers;
  }

  function scales(asked) {
    return [el("p", { "class": "asked" }, asked.text)].concat(asked.goals.map(function (goal) {
      var row = el("div", { "class": "scale" });
      levels(goal).concat("").forEach(function (value, at) {
        var box = el("input", { type: "radio", name: "goal-" + goal.key, id: "goal-" + goal.key + "-" + at });
        box.checked = (state.answers[goal.key] || "") === value;
        box.addEventListener("change", function () {
          var answers = Object.assign({}, state.answers);
          if (value) { answers[goal.key] = value; } else { delete answers[goal.key]; }
          keep({ answers: answers });
        });
        row.appendChild(el("span", { "class": "option" }, box, el("label", { "for": box.id }, value ? window.CheckResult.answerLabel(value) : T.unknown)));
      });
      return el("fieldset", { role: "radiogroup" }, el("legend", {}, M.tr(goal.label)), row);
    }));
  }

  // ---- the short way: one after the other, what tells most about the type first
  function short() {
    var list = P.isList(typology), limit = Number(typology.question.limit) || 0;
    var open = P.open(typology, state.answers), taken = chosen({ goals: typology.goals });
    var title = !list ? window.say("goal_step", { n: typology.goals.length - open.length + 1, all: typology.goals.length })
      : window.say(limit ? "pick_step" : "pick_step_open", { n: taken.length + 1, limit: limit });
    var rows = list ? open.map(function (goal) { return [goal.key, M.tr(goal.label)]; })
      : levels(open[0]).map(function (value) { return [value, window.CheckResult.answerLabel(value)]; });
    if (!list) { rows.push(["?", T.unknown]); } else if (taken.length) { rows.push(["-", T.pick_none]); }
    var error = el("p", { id: "error", "class": "error", role: "alert" });
    var group = el("fieldset", { role: "radiogroup" }, el("legend", {}, M.tr(typology.question.text), " ", list ? null : el("strong", { "class": "asked" }, M.tr(open[0].label))));
    rows.forEach(function (row, at) {
      group.appendChild(el("div", { "class": "option" }, el("input", { type: "radio", name: "answer", id: "answer-" + at, value: row[0] }), el("label", { "for": "answer-" + at }, row[1])));
    });
    var form = el("form", { "class": "question" },
      taken.length && list ? el("p", { "class": "meta" }, window.say("picked", { goals: taken.map(function (goal) { return M.tr(goal.label); }).join(", ") })) : null,
      group, error, el("p", { "class": "actions" }, el("button", { type: "submit", "class": "button" }, T.next), button(T.back, back)));
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var marked = form.querySelector("input:checked");
      if (!marked) {
        error.textContent = T.choose_one;
        group.setAttribute("aria-invalid", "true");
        group.setAttribute("aria-describedby", "error");
        form.querySelector("input").focus();
        return;
      }
      var change = {};
      if (list) { if (marked.value !== "-") { change[marked.value] = "ja"; } } else { change[open[0].key] = marked.value === "?" ? "" : marked.value; }
      answer(change, marked.value === "-");
    });
    return { title: title, node: form };
  }

  function answer(change, end) {
    var answers = Object.assign({}, state.answers, change), list = P.isList(typology);
    var limit = Number(typology.question.limit) || 0;
    var taken = typology.goals.filter(function (goal) { return answers[goal.key] === "ja"; }).length;
    var all = list ? end || (limit && taken >= limit) || taken === typology.goals.length : !P.open(typology, answers).length;
    var some = Object.keys(answers).some(function (key) { return answers[key]; });
    if (all && !some) { go("whole", { answers: {} }); return; }
    if (all) { go("result", { answers: list ? P.complete(typology, answers) : answers }); return; }
    if (some && P.decided(typology, answers)) { go("result", { answers: answers, early: true }); return; }
    go("short", { answers: answers });
  }

  // ---- the end
  function result() {
    var body = own(), page;
    if (byTypology()) {
      page = window.CheckResult.assignment(typology, state.answers, body, state.early);
    } else {
      page = window.CheckResult.orientation(chosen(question()).map(function (goal) { return goal.key; }), body);
    }
    var print = button(T.print, function () { window.print(); });
    var actions = el("p", { "class": "actions noprint" }, button(T.change_answers, back, "button"),
      button(T.again, function () { go("start", begun("")); }), print);
    page.node.appendChild(actions);
    page.node.appendChild(el("p", { "class": "note noprint" }, T.stays_here));
    return page;
  }

  window.whenShown(function () {
    var field = document.getElementById("own");
    if (field) { field.dispatchEvent(new Event("input")); }
  });

  window.Register.load();
  recall();
  show(state.step !== "start");
})();
