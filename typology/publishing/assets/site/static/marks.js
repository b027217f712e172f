// Small drawings and elements that the pages with a script share.
(function () {
  "use strict";
  var SVG = "http://www.w3.org/2000/svg";
  var language = document.documentElement.lang;

  function add(node, children) {
    children.forEach(function (child) {
      if (child === null || child === undefined || child === "") { return; }
      node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    });
    return node;
  }

  function el(name, attributes) {
    var node = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      if (attributes[key] !== null && attributes[key] !== undefined) { node.setAttribute(key, attributes[key]); }
    });
    return add(node, Array.prototype.slice.call(arguments, 2));
  }

  function svg(name, attributes) {
    var node = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    return add(node, Array.prototype.slice.call(arguments, 2));
  }

  // The shapes stand in every page.
  function symbol(type) {
    var name = type.symbol.charAt(0).toUpperCase() + type.symbol.slice(1);
    return svg("svg", { "class": "symbol", viewBox: "-8 -8 16 16", width: "16", height: "16", "aria-hidden": "true" }, svg("use", { href: "#" + name }));
  }

  // Symbol and letter stand in types.css.
  function badge(type) {
    return el("span", { "class": "badge type-" + type.key }, tr(type.short || type.label));
  }

  function bar(share, key) {
    return svg("svg", { "class": "bar type-" + key, "aria-hidden": "true" }, svg("rect", { width: (100 * share).toFixed(1) + "%" }));
  }

  function tr(text) {
    return text === null || text === undefined ? "" : typeof text === "string" ? text : text[language] || text.en || text.de || "";
  }

  // Half away from zero as the number stands in decimals, like typology/writing.py: 0.145 * 100 is 14.499999999999998.
  function rounded(value, digits) {
    var whole = Math.round(Number((Math.abs(value) * Math.pow(10, digits)).toFixed(6))) / Math.pow(10, digits);
    return value < 0 && whole ? -whole : whole;
  }

  function perCent(text) {
    return text + (language === "en" ? "%" : "\u00a0%");
  }

  // A share that is not quite nothing or all is not written as if it were.
  function percent(share) {
    if (share === null || share === undefined) { return "–"; }
    var whole = rounded(share * 100, 0);
    return perCent(whole === 0 && share > 0 ? "< 1" : whole === 100 && share < 1 ? "> 99" : number(share * 100));
  }

  // After rounding, too, no probability is written as impossible or certain.
  function chance(probability) {
    var whole = rounded(probability * 100, 0);
    return perCent(whole < 1 ? "< 1" : whole > 99 ? "> 99" : whole);
  }

  function number(value, digits) {
    if (value === null || value === undefined) { return "–"; }
    var text = rounded(value, digits || 0).toLocaleString(language === "en" ? "en-GB" : "de-DE", { minimumFractionDigits: digits || 0, maximumFractionDigits: digits || 0 });
    return text.replace("-", "\u2212");
  }

  // A name as its own piece of text: its direction of writing does not turn what stands beside it.
  function name(text) { return el("bdi", {}, text); }

  window.Marks = { el: el, name: name, svg: svg, symbol: symbol, badge: badge, bar: bar, tr: tr, percent: percent, chance: chance, number: number };
})();
