/* The page form of explorables and questions: one script for all of them.
   Each <section class="ma-explorable"> carries every state of its grid, packed by
   mutualaid/explore/grid.py. Native inputs choose a state; words, figure, table, CSV and link
   follow. Nothing is fetched but the plotly script beside this one, when a figure comes near. */
(() => {
  "use strict";
  const here = new URL(".", document.currentScript.src).href;
  const still = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false };
  const explorables = new Map();
  let plotly = null;

  function loadPlotly() {
    plotly ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = here + "plotly-basic.min.js";
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("plotly-basic.min.js could not be loaded"));
      document.head.append(script);
    });
    return plotly;
  }

  // ---- the packed grid -------------------------------------------------------------------

  function decode(column) {
    if ("v" in column) return column.v;
    const bytes = Uint8Array.from(atob(column.b), (c) => c.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    const { k: kind, d: decimals, o: middle } = column;
    const size = Number(kind[1]);
    const hole = -(2 ** (8 * size - 1));
    const read = { i1: "getInt8", i2: "getInt16", i4: "getInt32", f4: "getFloat32", f8: "getFloat64" }[kind];
    const number = (i) => {
      const value = view[read](i * size, true);
      if (Number.isNaN(value) || (kind[0] === "i" && value === hole)) return null;
      if (kind === "f8") return value;
      if (kind === "f4") return Number(value.toPrecision(7));
      return Number(((value + middle) / 10 ** decimals).toFixed(Math.max(0, decimals)));
    };
    const all = Array.from({ length: bytes.length / size }, (_, i) => number(i));
    if (column.n === 0) return all;
    const values = [];
    const lengths = typeof column.n === "object" ? decode(column.n) : null;
    for (let at = 0, k = 0; at < all.length || k < (lengths?.length ?? 0); k += 1) {
      const n = lengths ? lengths[k] : column.n;
      values.push(all.slice(at, at + n));
      at += n;
    }
    return values;
  }

  function unpack(pack) {
    const columns = [];
    const indexes = pack.indexes.map(decode);
    for (const c of pack.columns) {
      const same = "e" in c ? columns[c.e] : null;
      columns.push({
        path: c.p,
        values: same ? same.values : decode(c),
        index: same ? same.index : c.i < 0 ? null : indexes[c.i],
      });
    }
    return (state) => {
      const document_ = structuredClone(pack.template);
      for (const { path, values, index } of columns) {
        const leaf = values[index ? index[state] : state];
        let place = document_;
        for (const step of path.slice(0, -1)) place = place[step];
        if (leaf === pack.absent) delete place[path.at(-1)];
        else place[path.at(-1)] = leaf;
      }
      return document_;
    };
  }

  // ---- looks -----------------------------------------------------------------------------

  const dark = () => document.documentElement.dataset.theme === "dark";

  function recolored(value, palette) {
    if (typeof value === "string") return palette[value] ?? value;
    if (Array.isArray(value)) return value.map((item) => recolored(item, palette));
    if (value && typeof value === "object")
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, recolored(item, palette)]),
      );
    return value;
  }

  // Months between the ticks of a date axis on a phone.
  const fewer = { M6: "M12", M12: "M36", M24: "M48" };

  function themed(figure, palette, width) {
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue(name).trim();
    const { data, layout } = dark() ? recolored(figure, palette) : structuredClone(figure);
    layout.font = {
      ...layout.font,
      color: color("--pst-color-text-base"),
      size: width < 480 ? 11 : (layout.font?.size ?? 13),
    };
    for (const name of Object.keys(layout))
      if (/^[xy]axis/.test(name))
        layout[name] = {
          ...layout[name],
          gridcolor: color("--pst-color-border"),
          linecolor: color("--pst-color-text-muted"),
          tickcolor: color("--pst-color-text-muted"),
          ...(width < 480 && layout[name].dtick in fewer ? { dtick: fewer[layout[name].dtick] } : {}),
        };
    layout.hoverlabel = {
      bgcolor: color("--pst-color-surface"),
      bordercolor: color("--pst-color-border"),
      font: { color: color("--pst-color-text-base") },
    };
    return { data, layout };
  }

  function formatted(cell, decimals) {
    if (cell === null) return "not known";
    if (decimals === null) return String(cell);
    return cell.toLocaleString("en-US", {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  }

  // ---- one setting and what it shows -----------------------------------------------------

  class Panel {
    constructor(explorable, root, suffix) {
      this.explorable = explorable;
      this.root = root;
      const { pack } = explorable;
      this.inputs = pack.controls.map((c) => root.querySelector(`[data-control="${c.name}"]`));
      if (suffix) {
        for (const element of root.querySelectorAll("[id]")) element.id += suffix;
        for (const element of root.querySelectorAll("[for]")) {
          if (element.tagName === "OUTPUT") element.htmlFor.value += suffix;
          else element.htmlFor += suffix;
        }
        root.querySelector(".ma-scroll").ariaLabel += ", second setting";
      }
      this.figure = root.querySelector(".ma-figure");
      this.words = root.querySelector(".ma-words");
      this.table = root.querySelector(".ma-table");
      this.drawn = false;
      this.inputs.forEach((input, k) => input.addEventListener("input", () => this.moved(k)));
      this.starts = root.querySelector("[data-start]");
      this.starts?.addEventListener("input", () => this.begin(Number(this.starts.value)));
      this.begun = 0; // the preset in the list
      this.last = this.back = -1; // the control moved last, and the one that it sent back
      this.table.addEventListener("toggle", () => this.fillTable());
      new IntersectionObserver(
        (entries, observer) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          observer.disconnect();
          loadPlotly().then(
            () => this.draw(),
            () => {
              // As an image it would be silent.
              this.figure.removeAttribute("role");
              this.figure.removeAttribute("aria-label");
              this.figure.textContent =
                "The figure could not be drawn: its script is missing. " +
                "The words and the table below say the same.";
            },
          );
        },
        { rootMargin: "300px" },
      ).observe(this.figure);
    }

    get positions() {
      return this.inputs.map((input) =>
        input.type === "checkbox" ? Number(input.checked) : Number(input.value),
      );
    }

    get state() {
      const { pack, where } = this.explorable;
      const place = this.positions.reduce(
        (sum, at, k) => sum * pack.controls[k].keys.length + at, 0,
      );
      return where ? where.get(place) : place;
    }

    get settings() {
      const { controls } = this.explorable.pack;
      return Object.fromEntries(
        this.positions.map((at, k) => [controls[k].name, controls[k].keys[at]]),
      );
    }

    // The name of the preset in the list, if there is a list.
    get start() {
      return this.starts?.options[this.begun].text;
    }

    set(settings, start) {
      const now = this.positions;
      const wanted = this.explorable.pack.controls.map((control, k) => {
        const at = control.keys.indexOf(settings[control.name]);
        return at < 0 ? now[k] : at;
      });
      this.last = this.back = -1;
      this.put(this.starts ? this.nearest(wanted, start) : wanted);
      this.show();
    }

    put(positions) {
      positions.forEach((at, k) => {
        const input = this.inputs[k];
        if (input.type === "checkbox") input.checked = at === 1;
        else input.value = String(at);
      });
    }

    // ---- where the page holds only what lies around its presets

    home(preset) {
      return this.explorable.pack.around.homes[preset];
    }

    get center() {
      return this.explorable.pack.around.centers[this.begun];
    }

    begin(preset) {
      this.begun = preset;
      this.last = this.back = -1;
      this.put(this.home(preset));
      this.show();
    }

    // One control away from the start at a time: a second one sends the first back.
    moved(k) {
      if (this.starts) {
        const wanted = this.positions;
        const home = this.home(this.center);
        const other = wanted.findIndex((at, j) => j !== k && at !== home[j]);
        if (other >= 0) this.back = other;
        else if (k !== this.last) this.back = -1;
        this.last = k;
        this.begun = this.center;
        this.put(home.map((at, j) => (j === k ? wanted[j] : at)));
      }
      this.show();
    }

    // What the page holds of a setting: the preset nearest to it, and one control moved.
    nearest(wanted, start) {
      const { centers } = this.explorable.pack.around;
      const named = [...this.starts.options].findIndex((option) => option.text === start);
      const presets = named < 0 ? [...centers.keys()] : [named, ...centers.keys()];
      const apart = (preset) => {
        const home = this.home(preset);
        return wanted.flatMap((at, k) => (at === home[k] ? [] : [k]));
      };
      const same = presets.find((preset) => apart(preset).length === 0);
      if (same !== undefined) {
        this.begun = same;
        return wanted;
      }
      const near = presets.map((preset) => centers[preset]);
      this.begun = near.reduce((a, b) => (apart(b).length < apart(a).length ? b : a));
      const [first] = apart(this.begun);
      return this.home(this.begun).map((at, k) => (k === first ? wanted[k] : at));
    }

    tell() {
      const { controls, around } = this.explorable.pack;
      const now = this.positions;
      const home = this.home(this.center);
      const says = (k) => `${around.labels[k]}: ${controls[k].texts[now[k]]}`;
      const step = now.findIndex((at, k) => at !== home[k]);
      this.starts.value = String(this.begun);
      this.root.querySelector(".ma-note").textContent = around.notes[this.begun];
      this.root.querySelector(".ma-told").textContent = [
        step < 0 ? "" : `One change from “${this.starts.options[this.center].text}”: ${says(step)}.`,
        this.back < 0 ? "" : `Put back, as the page holds one change at a time: ${says(this.back)}.`,
      ].join(" ").trim();
      this.inputs.forEach((input, k) =>
        input.closest(".ma-control").toggleAttribute("data-moved", k === step),
      );
    }

    show() {
      const { pack, at } = this.explorable;
      this.document = at(this.state);
      const sentence = pack.sentence.replace(
        /\{(\w+)\}/g,
        (_, slot) => this.document.words[slot] ?? "",
      );
      this.words.textContent = sentence;
      if (this.figure.role)
        this.figure.setAttribute("aria-label", `${this.explorable.title}. ${sentence}`);
      this.positions.forEach((position, k) => {
        const text = pack.controls[k].texts[position];
        const input = this.inputs[k];
        if (input.type !== "range") return;
        input.setAttribute("aria-valuetext", text);
        input.parentElement.querySelector("output").textContent = text;
      });
      if (this.starts) this.tell();
      this.fillTable();
      if (this.drawn) this.draw();
      this.explorable.link();
    }

    draw() {
      this.drawn = true;
      this.document ??= this.explorable.at(this.state);
      const { data, layout } = themed(
        this.document, this.explorable.pack.palette, this.figure.clientWidth,
      );
      return window.Plotly.react(this.figure, data, layout, still);
    }

    unfold() {
      this.folded = !this.table.open;
      this.table.open = true;
      this.fillTable(); // the toggle event would come too late for the printer
    }

    fold() {
      if (this.folded) this.table.open = false;
    }

    fillTable() {
      if (!this.table.open) return;
      this.document ??= this.explorable.at(this.state);
      const { decimals } = this.explorable.pack;
      const { cells } = this.document.table;
      const body = document.createElement("tbody");
      for (let row = 0; row < cells[0].length; row += 1) {
        const line = body.insertRow();
        cells.forEach((column, k) => {
          const cell = line.insertCell();
          cell.textContent = formatted(column[row], decimals[k]);
          if (decimals[k] !== null && column[row] !== null) cell.className = "ma-number";
        });
      }
      this.table.querySelector("tbody").replaceWith(body);
    }
  }

  class Explorable {
    constructor(root) {
      this.root = root;
      this.name = root.id;
      this.title = root.querySelector(".ma-title").textContent;
      this.pack = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
      this.at = unpack(this.pack);
      // By place in the whole grid, of which the page may hold a part.
      this.held = this.pack.around && decode(this.pack.around.held);
      this.where = this.pack.around && new Map(this.held.map((place, k) => [place, k]));
      const first = root.querySelector(".ma-panel");
      this.spare = first.cloneNode(true);
      this.panels = [new Panel(this, first, "")];
      this.compare = root.querySelector("[data-compare]");
      this.compare?.addEventListener("change", () => this.toggle(this.compare.checked));
      root.querySelectorAll("[data-preset]").forEach((button) =>
        button.addEventListener("click", () =>
          this.panels[0].set(this.pack.presets[Number(button.dataset.preset)]),
        ),
      );
      root.querySelector("[data-csv]").addEventListener("click", () => this.save());
      this.anchor = root.querySelector("[data-link]");
      this.anchor.addEventListener("click", () => this.copy());
      this.panels[0].set(this.startSettings());
    }

    startSettings() {
      let rest = this.held?.[this.pack.start] ?? this.pack.start;
      const settings = {};
      for (const control of [...this.pack.controls].reverse()) {
        settings[control.name] = control.keys[rest % control.keys.length];
        rest = Math.floor(rest / control.keys.length);
      }
      return settings;
    }

    toggle(on) {
      const panels = this.root.querySelector(".ma-panels");
      this.compare.checked = on;
      if (on && this.panels.length === 1) {
        const second = this.spare.cloneNode(true);
        panels.append(second);
        this.panels.push(new Panel(this, second, "--b"));
        this.panels[1].set(this.panels[0].settings, this.panels[0].start);
      } else if (!on && this.panels.length === 2) {
        const { root, figure } = this.panels.pop();
        window.Plotly?.purge(figure);
        root.remove();
      }
      panels.classList.toggle("ma-two", on);
      this.panels.forEach((panel, k) => {
        panel.root.role = on ? "group" : null;
        panel.root.ariaLabel = on ? ["First setting", "Second setting"][k] : null;
      });
      this.redraw();
      // A figure that has been drawn keeps its width.
      for (const panel of this.panels) if (panel.drawn) window.Plotly.Plots.resize(panel.figure);
      this.link();
    }

    link() {
      const query = new URLSearchParams();
      this.panels.forEach((panel, k) => {
        for (const [name, key] of Object.entries(panel.settings))
          query.set(k ? `b.${name}` : name, key);
        if (panel.starts) query.set(k ? "b.start-from" : "start-from", panel.start);
      });
      this.anchor.href = `#${this.name}?${query}`;
    }

    restore(query) {
      const settings = [{}, {}];
      for (const [name, key] of new URLSearchParams(query))
        if (name.startsWith("b.")) settings[1][name.slice(2)] = key;
        else settings[0][name] = key;
      this.panels[0].set(settings[0], settings[0]["start-from"]);
      if (this.compare) {
        this.toggle(Object.keys(settings[1]).length > 0);
        this.panels[1]?.set(settings[1], settings[1]["start-from"]);
      }
      this.root.scrollIntoView();
    }

    copy() {
      const said = "Link to this setting";
      navigator.clipboard?.writeText(this.anchor.href).then(
        () => {
          this.anchor.textContent = "Link copied";
          setTimeout(() => (this.anchor.textContent = said), 2500);
        },
        () => {},
      );
    }

    save() {
      const quoted = (cell) =>
        /[",\n]/.test(String(cell ?? "")) ? `"${String(cell).replaceAll('"', '""')}"` : (cell ?? "");
      const two = this.panels.length > 1; // then each row says its setting
      const lines = this.panels.flatMap((panel, k) => {
        const { columns, cells } = panel.document.table;
        const names = two ? Object.keys(panel.settings) : [];
        const values = two ? Object.values(panel.settings) : [];
        const row = (items) => items.map(quoted).join(",");
        const rows = cells[0].map((_, r) => row([...values, ...cells.map((column) => column[r])]));
        return k ? rows : [row([...names, ...columns]), ...rows];
      });
      const anchor = document.createElement("a");
      anchor.href = URL.createObjectURL(
        new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" }),
      );
      anchor.download = `${this.name}.csv`;
      anchor.click();
      URL.revokeObjectURL(anchor.href);
    }

    redraw() {
      for (const panel of this.panels) if (panel.drawn) panel.draw();
    }
  }

  // ---- questions -------------------------------------------------------------------------

  function question(root) {
    const answers = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
    const feedback = root.querySelector(".ma-feedback");
    const clear = () => {
      feedback.textContent = "";
      delete feedback.dataset.right;
    };
    root.querySelectorAll("input").forEach((input) => input.addEventListener("change", clear));
    root.querySelector("[data-check]").addEventListener("click", () => {
      const chosen = root.querySelector("input:checked");
      clear();
      if (!chosen) {
        feedback.textContent = "Choose an answer first.";
        return;
      }
      const [right, text] = answers[Number(chosen.value)];
      feedback.dataset.right = String(right);
      feedback.textContent = `${right ? "Right." : "Not quite."} ${text}`;
    });
  }

  // ---- statements to judge ---------------------------------------------------------------

  // The score lives in the page only: a reload begins anew.
  function statements(board) {
    const all = [...document.querySelectorAll(".ma-guess")].map((root) => ({
      root,
      inputs: [...root.querySelectorAll("input")],
      check: root.querySelector("[data-check]"),
      feedback: root.querySelector(".ma-feedback"),
      details: root.querySelector("details"),
      right: null,
    }));
    const open = board.querySelector("[data-open]");
    const filters = [...board.querySelectorAll("[data-filter]")];
    const score = board.querySelector(".ma-score");
    const shown = board.querySelector(".ma-shown");
    const verdicts = [...filters[1].options].slice(2).map((option) => option.value);

    const told = () => {
      const checked = all.filter((one) => one.right !== null);
      const right = checked.filter((one) => one.right).length;
      return checked.length
        ? `You have checked ${checked.length} of ${all.length} statements and guessed ${right} ` +
            "of them right."
        : `You have checked none of ${all.length} statements.`;
    };
    const tell = () => (score.textContent = told());
    const unfold = (one) => {
      one.details.hidden = one.right === null && !open.checked;
      one.details.open = !one.details.hidden;
      one.check.hidden = !one.details.hidden; // what has been told is no guess
    };
    const reset = (one) => {
      one.right = null;
      one.inputs.forEach((input) => {
        input.checked = input.disabled = false;
      });
      one.feedback.textContent = "";
      delete one.feedback.dataset.right;
      unfold(one);
    };
    const sift = () => {
      const [subject, verdict] = filters.map((filter) => filter.value);
      const fits = (one) =>
        (subject === "all" || one.root.dataset.subject === subject) &&
        (verdict === "all" ||
          (verdict === "not yet checked"
            ? one.right === null
            : verdicts[one.root.dataset.verdict] === verdict));
      all.forEach((one) => (one.root.hidden = !fits(one)));
      document.querySelectorAll(".ma-guesses").forEach((group) => {
        group.querySelector(".ma-none").hidden = !!group.querySelector(".ma-guess:not([hidden])");
      });
      const count = all.filter((one) => !one.root.hidden).length;
      shown.textContent = `${count} of ${all.length} statements are shown.`;
    };

    all.forEach((one) => {
      one.inputs.forEach((input) =>
        input.addEventListener("change", () => (one.feedback.textContent = "")),
      );
      one.check.addEventListener("click", () => {
        const chosen = one.inputs.find((input) => input.checked);
        if (!chosen) {
          one.feedback.textContent = "Choose a verdict first.";
          return;
        }
        one.right = chosen.value === one.root.dataset.verdict;
        one.inputs.forEach((input) => (input.disabled = input !== chosen));
        one.details.hidden = false;
        // The button goes, and the keyboard's place must not go with it.
        one.details.querySelector("summary").focus();
        unfold(one);
        one.feedback.dataset.right = String(one.right);
        one.feedback.textContent =
          `${one.right ? "Right." : "Not quite."} ` +
          `The statement ${verdicts[one.root.dataset.verdict]}. ${told()}`;
        tell();
      });
    });
    filters.forEach((filter) => filter.addEventListener("input", sift));
    open.addEventListener("input", () => all.forEach(unfold));
    const clear = () => {
      filters.forEach((filter) => (filter.value = "all"));
      sift();
    };
    board.querySelector("[data-again]").addEventListener("click", () => {
      open.checked = false;
      all.forEach(reset);
      clear();
      tell();
    });
    window.addEventListener("beforeprint", () =>
      all.forEach((one) => {
        one.details.hidden = false;
        one.details.open = true;
      }),
    );
    window.addEventListener("afterprint", () => all.forEach(unfold));
    all.forEach(reset);
    // A link to a statement finds it behind a filter, and after the checks above it have folded.
    const visit = () => {
      const to = all.find((one) => `#${one.root.id}` === location.hash)?.root;
      if (to?.hidden) clear();
      to?.scrollIntoView();
    };
    window.addEventListener("hashchange", visit);
    visit();
  }

  // ---- the page --------------------------------------------------------------------------

  function restore() {
    const [, name, query] = /^#([^?]*)\?(.*)$/.exec(location.hash) ?? [];
    if (name) explorables.get(name)?.restore(query);
  }

  function start() {
    document.querySelectorAll(".ma-explorable").forEach((root) => {
      explorables.set(root.id, new Explorable(root));
    });
    document.querySelectorAll(".ma-question").forEach(question);
    document.querySelectorAll(".ma-board").forEach(statements);
    restore();
    window.addEventListener("hashchange", restore);
    new MutationObserver(() => explorables.forEach((explorable) => explorable.redraw())).observe(
      document.documentElement,
      { attributeFilter: ["data-theme"] },
    );
    const panels = () => [...explorables.values()].flatMap((explorable) => explorable.panels);
    const { dataset } = document.documentElement;
    let theme;
    const dress = (wanted) => {
      dataset.theme = wanted; // paper is light
      explorables.forEach((explorable) => explorable.redraw());
    };
    window.addEventListener("beforeprint", () => {
      theme = dataset.theme;
      dress("light");
      panels().forEach((panel) => panel.unfold());
    });
    window.addEventListener("afterprint", () => {
      dress(theme);
      panels().forEach((panel) => panel.fold());
    });
    // Type and ticks depend on the width.
    window
      .matchMedia("(max-width: 40rem)")
      .addEventListener("change", () => explorables.forEach((explorable) => explorable.redraw()));
    // The theme's switch drops the focus after each press, and with it the keyboard's place.
    document.querySelectorAll(".theme-switch-button").forEach((button) =>
      button.addEventListener("click", () => setTimeout(() => button.focus())),
    );
    document.documentElement.dataset.explorables = "ready";
  }

  // Read by the tests: any state of any explorable of the page, as the reader would get it.
  window.mutualaid = { state: (name, number) => explorables.get(name).at(number), unpack };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
