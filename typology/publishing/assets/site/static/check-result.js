// The results of the self-check: of the assignment by a typology, and of the orientation by descriptions.
(function () {
  "use strict";
  var M = window.Marks, T = window.TEXTS, el = M.el;
  var home = document.body.getAttribute("data-home");

  function typeLink(key, label) {
    return window.CHECK.pages.indexOf(key) >= 0 ? el("a", { href: home + "typ/" + key + ".html" }, label) : label;
  }

  function ownBody(entry) {
    return entry ? el("p", { "class": "meta" }, entry.name + " · " + window.Register.place(entry)) : null;
  }

  // The name without its article, as it stands in tables and inside sentences.
  function short(type) { return M.tr(type.short || type.label); }

  function head(type, name) {
    return el("span", {}, M.symbol(type), el("span", { "class": "letter", "aria-hidden": "true" }, type.letter + " "), name || M.tr(type.label));
  }

  function probabilities(typology, result) {
    var body = el("tbody", {});
    typology.types.forEach(function (type, at) {
      body.appendChild(el("tr", { "class": "type-" + type.key }, el("th", { scope: "row" }, head(type, short(type))),
        el("td", { "class": "num" }, M.chance(result.probabilities[at])),
        el("td", { "class": "pic" }, M.bar(result.probabilities[at], type.key))));
    });
    return el("table", { "class": "rows narrow", "aria-label": T.probabilities },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, T.type), el("th", { scope: "col", "class": "num" }, T.probability), el("td", { "class": "pic" }))), body);
  }

  function sentence(typology, result) {
    var first = typology.types[result.first], second = typology.types[result.second], mixed = result.status === "mischtyp";
    return window.say("status_" + result.status, {
      type: mixed ? short(first) : M.tr(first.label), p: M.chance(result.probabilities[result.first]),
      second: second ? short(second) : "", q: second ? M.chance(result.probabilities[result.second]) : ""
    });
  }

  function changeList(typology, answers) {
    var found = window.Posterior.changes(typology, answers).slice(0, 3);
    if (!found.length) { return el("p", {}, T.change_none); }
    var list = el("ul", {});
    found.forEach(function (change) {
      var values = { from: change.from && M.tr(change.from.label), to: change.to && M.tr(change.to.label), type: short(typology.types[change.type]), answer: answerLabel(change.answer) };
      var said = change.answer ? "change_answer" : !change.from ? "change_add" : !change.to ? "change_drop" : "change_swap";
      list.appendChild(el("li", {}, window.say(said, values)));
    });
    return list;
  }

  function answerLabel(answer) {
    return answer ? T["answer_" + answer] || answer : T.answer_open;
  }

  function answerList(typology, answers) {
    var chosenOnly = typology.question.kind === "pick" || typology.question.kind === "ranking";
    var list = el("ul", {});
    typology.goals.forEach(function (goal) {
      if (answers[goal.key] === undefined || (chosenOnly && answers[goal.key] !== "ja")) { return; }
      list.appendChild(el("li", {}, M.tr(goal.label) + (chosenOnly ? "" : ": " + answerLabel(answers[goal.key]))));
    });
    return list.children.length ? list : el("p", {}, T.answers_none);
  }

  // Listed bodies that agreed to be proposed, of the same kind; nearest size class, then Kreis, then Land.
  function matches(own, typeKey, same) {
    var sizes = window.REGISTER.size_classes;
    return window.LISTED.filter(function (item) {
      return item.partner && item.type && item.key !== own.key && item.key.length === own.key.length &&
        item.real === window.Register.isReal(own.key) && (item.type === typeKey) === same;
    }).map(function (item) {
      var entry = window.Register.find(item.key);
      var steps = own.size && entry.size ? Math.abs(sizes.indexOf(own.size) - sizes.indexOf(entry.size)) : 0;
      return { item: item, entry: entry, rank: [steps, entry.kreis === own.kreis ? 0 : 1, entry.land === own.land ? 0 : 1] };
    }).sort(function (a, b) {
      return a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2] || (a.item.key < b.item.key ? -1 : 1);
    }).slice(0, 3);
  }

  function partners(typology, own, typeKey) {
    if (!own) { return el("p", {}, T.partners_choose); }
    return el("div", { "class": "two" }, partnerList(typology, T.partners_similar, matches(own, typeKey, true)),
      partnerList(typology, T.partners_complementary, matches(own, typeKey, false)));
  }

  function partnerList(typology, title, found) {
    var list = el("ul", { "class": "partners" });
    found.forEach(function (match) {
      var type = typology.types.filter(function (item) { return item.key === match.item.type; })[0];
      list.appendChild(el("li", {}, el("p", { "class": "partner-name" },
        el("a", { href: home + "gemeinde/" + match.item.key + ".html" }, match.item.name), " ", type ? M.badge(type) : null),
        el("p", { "class": "meta" }, window.Register.place(match.entry))));
    });
    return el("div", {}, el("h4", {}, title), found.length ? list : el("p", {}, T.no_partner));
  }

  function assignment(typology, answers, own) {
    var result = window.Posterior.assign(typology, answers);
    var found = result.status === "nicht_zuzuordnen" ? null : typology.types[result.first];
    var node = el("div", { "class": "result" },
      el("h2", { tabindex: "-1" }, typology.synthetisch ? T.synthetic_heading : T.result_heading), ownBody(own),
      typology.synthetisch ? el("p", {}, T.synthetic_text) : null);
    var verdict = el("section", { "class": "verdict" + (found ? " type-" + found.key : "") },
      el("h3", { "class": "verdict-type" }, found ? typeLink(found.key, head(found)) : T.no_type),
      el("p", {}, sentence(typology, result)));
    if (result.status === "klar" && result.second >= 0) {
      verdict.appendChild(el("p", {}, window.say("second", { type: M.tr(typology.types[result.second].label), p: M.chance(result.probabilities[result.second]) })));
    }
    verdict.appendChild(probabilities(typology, result));
    node.appendChild(verdict);
    node.appendChild(el("section", {}, el("h3", {}, T.answers_heading), answerList(typology, answers)));
    if (result.answered) {
      node.appendChild(el("section", {}, el("h3", {}, T.change_heading), changeList(typology, answers)));
    }
    if (found) {
      node.appendChild(el("section", {}, el("h3", {}, T.partners_heading), el("p", { "class": "meta" }, T.partners_text), partners(typology, own, found.key)));
    }
    node.appendChild(el("p", { "class": "note" }, window.say("model", { model: typology.version })));
    return node;
  }

  function orientation(chosen, own) {
    var labels = {};
    window.CHECK.goals.forEach(function (goal) { labels[goal.key] = M.tr(goal.label); });
    var body = el("tbody", {});
    window.CHECK.types.forEach(function (type) {
      var taken = type.signature.filter(function (key) { return chosen.indexOf(key) >= 0; });
      var list = el("ul", { "class": "ticks" });
      type.signature.forEach(function (key) {
        var yes = taken.indexOf(key) >= 0;
        list.appendChild(el("li", { "class": yes ? "yes" : "no" }, labels[key] || key, " – ", yes ? T.chosen : T.not_chosen));
      });
      body.appendChild(el("tr", { "class": "type-" + type.key }, el("th", { scope: "row" }, typeLink(type.key, head(type))),
        el("td", {}, list), el("td", { "class": "num" }, window.say("of", { n: taken.length, all: type.signature.length }))));
    });
    var list = el("ul", {});
    window.CHECK.goals.forEach(function (goal) {
      if (chosen.indexOf(goal.key) >= 0) { list.appendChild(el("li", {}, labels[goal.key])); }
    });
    return el("div", { "class": "result" }, el("h2", { tabindex: "-1" }, T.orientation_heading), ownBody(own),
      el("p", { "class": "lead" }, T.orientation_text),
      el("table", { "class": "rows", "aria-label": T.orientation_heading }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, T.type),
        el("th", { scope: "col" }, T.signature), el("th", { scope: "col", "class": "num" }, T.signature_count))), body),
      el("section", {}, el("h3", {}, T.answers_heading), chosen.length ? list : el("p", {}, T.answers_none)),
      el("p", { "class": "note" }, T.orientation_source));
  }

  window.CheckResult = { assignment: assignment, orientation: orientation, answerLabel: answerLabel };
})();
