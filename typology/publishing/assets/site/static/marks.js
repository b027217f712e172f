// Small drawings and elements that the pages with a script share.
(function () {
  "use strict";
  var SVG = "http://www.w3.org/2000/svg";
  var SHAPES = {
    circle: ["circle", { r: "6" }],
    square: ["rect", { x: "-5.4", y: "-5.4", width: "10.8", height: "10.8" }],
    triangle: ["path", { d: "M0-6.6 6.6 5.4H-6.6z" }],
    diamond: ["path", { d: "M0-7.2 7.2 0 0 7.2-7.2 0z" }],
    cross: ["path", { d: "M-2-6h4v4h4v4H2v4h-4V2h-4v-4h4z" }],
    star: ["path", { d: "M0-7 2-2.4l5 .4-3.8 3.3L4.4 6 0 3.4-4.4 6l1.2-4.7L-7-2l5-.4z" }],
    bar: ["rect", { x: "-2.4", y: "-7", width: "4.8", height: "14" }]
  };
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

  function shape(kind) {
    var found = SHAPES[kind] || ["circle", { r: "4.6", "class": "ring" }];
    return svg(found[0], found[1]);
  }

  function symbol(type) {
    return svg("svg", { "class": "symbol", viewBox: "-8 -8 16 16", width: "16", height: "16", "aria-hidden": "true" }, shape(type.symbol));
  }

  function badge(type) {
    return el("span", { "class": "badge type-" + type.key }, symbol(type),
      el("span", { "class": "letter", "aria-hidden": "true" }, type.letter + " "),
      el("span", { "class": "badge-name" }, tr(type.short || type.label)));
  }

  function bar(share, key) {
    return svg("svg", { "class": "bar type-" + key, viewBox: "0 0 220 14", width: "220", height: "14", "aria-hidden": "true" },
      svg("rect", { "class": "ground", x: "0", y: "2", width: "220", height: "10" }),
      svg("rect", { "class": "fill", x: "0", y: "2", width: (220 * share).toFixed(1), height: "10" }));
  }

  function tr(text) {
    return text === null || text === undefined ? "" : typeof text === "string" ? text : text[language] || text.de || "";
  }

  function percent(share) {
    return share === null || share === undefined ? "–" : Math.round(share * 100) + (language === "de" ? "\u00a0%" : "%");
  }

  // After rounding, too, no probability is written as impossible or certain.
  function chance(probability) {
    var whole = Math.round(probability * 100);
    return (whole < 1 ? "< 1" : whole > 99 ? "> 99" : whole) + (language === "de" ? "\u00a0%" : "%");
  }

  function number(value, digits) {
    if (value === null || value === undefined) { return "–"; }
    return value.toLocaleString(language === "de" ? "de-DE" : "en-GB", { minimumFractionDigits: digits || 0, maximumFractionDigits: digits || 0 });
  }

  window.Marks = { el: el, svg: svg, symbol: symbol, badge: badge, bar: bar, tr: tr, percent: percent, chance: chance, number: number };
})();
