// The functions of the page: sort, filter and page through tables, show hints, copy,
// switch the theme. Everything is there without it.
(() => {
  'use strict';
  const PAGE_ROWS = 100;
  const PRINT_ROWS_MAX = 1000; // longer tables are printed as the page that is shown
  const root = document.documentElement;
  root.classList.add('js');

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {}))
      element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const count = (n) => n.toLocaleString('en');

  // ---- theme: kept in the page only, so that nothing can fail in a file that was mailed

  const theme = make('div', { class: 'theme', role: 'group', 'aria-label': 'Colours' });
  for (const name of ['auto', 'light', 'dark']) {
    const pressed = String(name === 'auto');
    const button = make('button', { type: 'button', 'aria-pressed': pressed }, name);
    button.addEventListener('click', () => {
      root.dataset.theme = name;
      for (const other of theme.children)
        other.setAttribute('aria-pressed', String(other === button));
    });
    theme.append(button);
  }
  document.querySelector('header').append(theme);

  // ---- tables

  const words = new Intl.Collator('en', { numeric: true });

  // A cell's own text, without marks and second lines.
  const cellText = (cell) => {
    let text = '';
    for (const node of cell.childNodes)
      if (node.nodeType === 3)
        text += node.data;
    return (text.trim() || cell.textContent).trim();
  };

  // NaN and empty texts come last in both directions; rows that are equal keep their order.
  const order = (rows, column, isNumber, sign) => {
    const last = isNumber ? Number.isNaN : (key) => key === '';
    const keyed = rows.map((row) => {
      const cell = row.cells[column];
      const value = isNumber ? cell.dataset.v : cellText(cell);
      return { row, key: isNumber ? (value ? Number(value) : NaN) : value };
    });
    const compare = isNumber ? (a, b) => (a < b ? -1 : a > b ? 1 : 0) : words.compare;
    keyed.sort((a, b) => {
      if (last(a.key) || last(b.key))
        return last(a.key) - last(b.key);
      return sign * compare(a.key, b.key);
    });
    return keyed.map((entry) => entry.row);
  };

  // A table on the page: its rows in the order of the file, sorted, found by the filter, and shown.
  class View {
    constructor(box) {
      this.box = box;
      this.table = box.querySelector('table');
      this.body = this.table.tBodies[0];
      this.rows = this.sorted = this.found = [...this.body.rows];
      this.heads = [...this.table.tHead.rows[0].cells];
      this.paged = box.classList.contains('paged');
      this.whole = false; // all rows of a paged table are shown
      this.page = 0;
      this.moves = {}; // the buttons of the pager
      this.info = make('span', { role: 'status' });
      if (this.rows.length > 1)
        this.heads.forEach((head, index) => this.addSorting(head, index));
      if (box.classList.contains('filter'))
        this.addTools();
      this.show();
    }

    show() {
      const pages = Math.max(1, Math.ceil(this.found.length / PAGE_ROWS));
      this.page = Math.min(Math.max(this.page, 0), pages - 1);
      const cut = this.paged && !this.whole;
      const from = cut ? this.page * PAGE_ROWS : 0;
      const shown = cut ? this.found.slice(from, from + PAGE_ROWS) : this.found;
      this.body.replaceChildren(...shown);
      rove(shown);
      this.box.classList.toggle('cut', shown.length < this.rows.length);
      const all = count(this.rows.length);
      const found = count(this.found.length);
      const part = `rows ${count(from + 1)}–${count(from + shown.length)} of ${found}`;
      if (cut && pages > 1)
        this.info.textContent = part + (found === all ? '' : ` (of ${all})`);
      else
        this.info.textContent = `${found} of ${all} rows`;
      for (const [name, { button, still }] of Object.entries(this.moves))
        if (name === 'whole')
          button.setAttribute('aria-pressed', String(this.whole));
        else
          button.disabled = !cut || still(pages);
    }

    // First ascending, then descending, then as it was.
    sort(index) {
      const head = this.heads[index];
      const next = { ascending: 'descending', descending: '' }[head.getAttribute('aria-sort')];
      const direction = next === undefined ? 'ascending' : next;
      this.heads.forEach((other) => other.removeAttribute('aria-sort'));
      if (direction)
        head.setAttribute('aria-sort', direction);
      const sign = direction === 'ascending' ? 1 : -1;
      this.sorted = direction
        ? order(this.rows, index, head.classList.contains('n'), sign)
        : this.rows;
      const kept = new Set(this.found);
      this.found = this.sorted.filter((row) => kept.has(row));
      this.page = 0;
      this.show();
    }

    filter(text) {
      const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
      this.texts ||= new Map(this.rows.map((row) => [row, row.textContent.toLowerCase()]));
      this.found = this.sorted.filter((row) =>
        wanted.every((word) => this.texts.get(row).includes(word)));
      this.page = 0;
      this.show();
    }

    addSorting(head, index) {
      const label = head.querySelector('.label');
      const button = make('button', { type: 'button' }, ...label.childNodes);
      button.addEventListener('click', () => this.sort(index));
      label.append(button);
    }

    addTools() {
      const input = make('input', { type: 'search', autocomplete: 'off', spellcheck: 'false' });
      input.addEventListener('input', () => this.filter(input.value));
      input.addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && input.value) {
          input.value = '';
          this.filter('');
        }
      });
      const tools = make('div', { class: 'tools' }, make('label', {}, 'Filter rows', input));
      if (this.paged)
        tools.append(this.makePager());
      tools.append(this.info);
      this.box.querySelector('.scroll').before(tools);
      const fold = this.box.querySelector('details.rows');
      if (fold) {
        fold.open = true;
      } else if (!this.box.closest('.data')) {
        // The title stands above the filter; screen readers have it as the caption.
        const title = this.table.caption.textContent;
        tools.before(make('p', { class: 'title', 'aria-hidden': 'true' }, title));
        this.box.classList.add('titled');
      }
    }

    makePager() {
      const pager = make('span', { class: 'pager' });
      const add = (name, label, text, act, still) => {
        const button = make('button', { type: 'button', 'aria-label': label }, text);
        button.addEventListener('click', () => { act(); this.show(); });
        this.moves[name] = { button, still };
        pager.append(button);
      };
      const atFirst = () => this.page === 0;
      const atLast = (pages) => this.page === pages - 1;
      add('first', 'First page', '«', () => { this.page = 0; }, atFirst);
      add('back', 'Previous page', '‹', () => { this.page -= 1; }, atFirst);
      add('next', 'Next page', '›', () => { this.page += 1; }, atLast);
      add('last', 'Last page', '»', () => { this.page = Infinity; }, atLast);
      add('whole', 'Show all rows', 'all rows', () => { this.whole = !this.whole; });
      return pager;
    }

    print() {
      this.before = this.whole;
      this.whole = this.whole || this.found.length <= PRINT_ROWS_MAX;
      this.show();
    }

    restore() {
      this.whole = this.before;
      this.show();
    }
  }

  // Cells with hints are one stop of the tab key in each table; the arrow keys go on from there.
  const rove = (rows) => {
    let first = true;
    for (const row of rows)
      for (const cell of row.querySelectorAll('[data-hint]')) {
        cell.tabIndex = first ? 0 : -1;
        first = false;
      }
  };

  const step = (from, key) => {
    const row = from.parentElement;
    const within = (list, at, by) => {
      for (let i = at + by; i >= 0 && i < list.length; i += by)
        if (list[i] && list[i].matches('[data-hint]'))
          return list[i];
      return null;
    };
    if (key === 'ArrowLeft' || key === 'ArrowRight')
      return within([...row.cells], from.cellIndex, key === 'ArrowLeft' ? -1 : 1);
    const column = [...row.parentElement.rows].map((other) => other.cells[from.cellIndex]);
    return within(column, column.indexOf(from), key === 'ArrowUp' ? -1 : 1);
  };

  // ---- hints: of cells, of columns, of the points of figures

  const tip = make('div', { id: 'tip', role: 'tooltip', hidden: '' });
  document.body.append(tip);
  let tipped = null;
  let leaving = 0;

  const hide = () => {
    clearTimeout(leaving);
    if (tipped) {
      tipped.removeAttribute('aria-describedby');
      if (tipped.matches('.how'))
        tipped.setAttribute('aria-expanded', 'false');
    }
    tipped = null;
    tip.hidden = true;
  };

  const hintOf = (target) => {
    if (target.matches('.how')) {
      let term = document.getElementById(target.hash.slice(1));
      while (term && term.tagName === 'DT')
        term = term.nextElementSibling; // several columns may share a description
      return term ? term.textContent : '';
    }
    return target.dataset.hint;
  };

  const place = () => {
    const at = tipped.getBoundingClientRect();
    tip.hidden = at.bottom < 0 || at.top > innerHeight;
    tip.style.left = tip.style.top = '0'; // there it has its full width
    const size = tip.getBoundingClientRect();
    const left = Math.min(at.left + at.width / 2 - size.width / 2, innerWidth - size.width - 8);
    const above = at.top - size.height - 6;
    tip.style.left = `${Math.max(8, left)}px`;
    const below = Math.min(at.bottom + 6, innerHeight - size.height - 4);
    tip.style.top = `${above >= 4 ? above : below}px`;
  };

  const reveal = (target) => {
    clearTimeout(leaving);
    if (target === tipped)
      return;
    hide();
    const text = hintOf(target);
    if (!text)
      return;
    tipped = target;
    tip.textContent = text;
    place();
    target.setAttribute('aria-describedby', 'tip');
    if (target.matches('.how'))
      target.setAttribute('aria-expanded', 'true');
  };

  const HINTED = '[data-hint], .how';
  const targetOf = (event) => event.target.closest && event.target.closest(HINTED);
  document.addEventListener('pointerover', (event) => {
    const target = targetOf(event);
    if (target)
      reveal(target);
    else if (event.target === tip)
      clearTimeout(leaving);
  });
  document.addEventListener('pointerout', (event) => {
    if (targetOf(event) || event.target === tip) {
      clearTimeout(leaving);
      leaving = setTimeout(hide, 200);
    }
  });
  document.addEventListener('focusin', (event) => {
    const target = targetOf(event);
    if (target)
      reveal(target);
    else
      hide();
  });
  document.addEventListener('focusout', hide);
  // Focus scrolls to what it is given to: the hint goes along.
  document.addEventListener('scroll', () => {
    if (tipped)
      place();
  }, true);
  document.addEventListener('click', (event) => {
    const how = event.target.closest && event.target.closest('.how');
    if (how) {
      event.preventDefault();
      reveal(how);
    }
  });
  document.addEventListener('keydown', (event) => {
    const target = event.target;
    if (event.key === 'Escape')
      hide();
    else if (event.key === ' ' && target.matches('.how')) {
      event.preventDefault();
      reveal(target);
    } else if (event.key.startsWith('Arrow') && target.matches('[data-hint]')) {
      const next = target.closest('svg') ? point(target, event.key) : step(target, event.key);
      if (next) {
        event.preventDefault();
        target.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      }
    }
  });

  // The values of a figure's points stand in <title>s, which only a mouse can reach.
  const point = (from, key) => {
    const points = all('[data-hint]', from.closest('svg'));
    return points[points.indexOf(from) + (key === 'ArrowLeft' || key === 'ArrowUp' ? -1 : 1)];
  };

  for (const svg of all('.picture svg')) {
    let first = true;
    for (const title of all('title', svg)) {
      const owner = title.parentElement;
      if (owner === svg)
        continue;
      owner.dataset.hint = title.textContent;
      owner.setAttribute('role', 'img');
      owner.setAttribute('aria-label', title.textContent);
      owner.tabIndex = first ? 0 : -1;
      first = false;
      title.remove();
    }
    if (!first && svg.getAttribute('role') === 'img')
      svg.setAttribute('role', 'group'); // the children of an image cannot be reached
  }

  for (const how of all('.how'))
    for (const [name, value] of [['role', 'button'], ['aria-expanded', 'false']])
      how.setAttribute(name, value);

  const tables = all('.table').map((box) => new View(box));

  // If there is room beside the picture, its data are open.
  if (matchMedia('(min-width: 90rem)').matches)
    all('details.data').forEach((details) => { details.open = true; });

  // Only what scrolls is a stop of the tab key, and a landmark if it is a table.
  for (const picture of all('.picture'))
    picture.setAttribute('aria-labelledby', picture.parentElement.getAttribute('aria-labelledby'));
  const regions = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const scrolls = target.scrollWidth > target.clientWidth + 1 ||
        target.scrollHeight > target.clientHeight + 1;
      const role = target.matches('.picture') ? 'group' : 'region';
      for (const [name, value] of [['role', role], ['tabindex', '0']])
        if (scrolls)
          target.setAttribute(name, value);
        else
          target.removeAttribute(name);
    }
  });
  all('.scroll, .picture').forEach((region) => regions.observe(region));

  // ---- copying

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (refused) {
      return false;
    }
  };

  for (const box of all('.code')) {
    const code = box.querySelector('pre');
    const button = make('button', { type: 'button' }, 'Copy');
    button.addEventListener('click', async () => {
      let done = await copy(code.textContent);
      if (!done) {
        // Browsers without the clipboard's interface copy what is selected.
        getSelection().selectAllChildren(code);
        done = document.execCommand('copy');
      }
      button.textContent = done ? 'Copied' : 'Selected';
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
    box.prepend(button);
  }

  // ---- contents and links

  const links = new Map(all('.contents a').map((link) => [link.hash.slice(1), link]));
  const headings = all('main :is(h2, h3)').filter((heading) => links.has(heading.id));
  let current = null;
  const follow = () => {
    const isAbove = (heading) => heading.getBoundingClientRect().top < innerHeight / 4;
    const next = links.get((headings.filter(isAbove).pop() || headings[0] || {}).id);
    if (next === current)
      return;
    if (current)
      current.removeAttribute('aria-current');
    if (next)
      next.setAttribute('aria-current', 'true');
    current = next;
  };
  let waiting = false;
  addEventListener('scroll', () => {
    if (!waiting)
      requestAnimationFrame(() => {
        waiting = false;
        follow();
      });
    waiting = true;
  }, { passive: true });
  follow();

  const openTarget = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement)
      if (at.tagName === 'DETAILS')
        at.open = true;
  };
  addEventListener('hashchange', openTarget);
  openTarget();

  // ---- paper: everything open, tables whole

  let closed = [];
  addEventListener('beforeprint', () => {
    closed = all('details:not([open])');
    closed.forEach((details) => { details.open = true; });
    tables.forEach((table) => table.print());
  });
  addEventListener('afterprint', () => {
    closed.forEach((details) => { details.open = false; });
    tables.forEach((table) => table.restore());
  });
})();
