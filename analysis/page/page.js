// What the page can do beside being read: sort, filter and leaf through tables, show hints, copy,
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
    const button = make('button', { type: 'button', 'aria-pressed': String(name === 'auto') }, name);
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

  const tables = [];

  const enhance = (box) => {
    const table = box.querySelector('table');
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    const paged = box.classList.contains('paged');
    let sorted = rows;
    let found = rows;
    let page = 0;
    let whole = false;
    let texts = null; // of the rows, in lower case; made when first needed
    const info = make('span', { role: 'status' });
    const moves = {};

    const show = () => {
      const pages = Math.max(1, Math.ceil(found.length / PAGE_ROWS));
      page = Math.min(Math.max(page, 0), pages - 1);
      const cut = paged && !whole;
      const from = cut ? page * PAGE_ROWS : 0;
      const shown = cut ? found.slice(from, from + PAGE_ROWS) : found;
      body.replaceChildren(...shown);
      rove(shown);
      box.classList.toggle('cut', shown.length < rows.length);
      info.textContent = (cut && pages > 1
        ? `rows ${count(from + 1)}–${count(from + shown.length)} of ${count(found.length)}`
        : `${count(found.length)} of ${count(rows.length)} rows`) +
        (cut && pages > 1 && found.length < rows.length ? ` (of ${count(rows.length)})` : '');
      if (moves.first) {
        moves.first.disabled = moves.back.disabled = !cut || page === 0;
        moves.next.disabled = moves.last.disabled = !cut || page === pages - 1;
        moves.whole.setAttribute('aria-pressed', String(whole));
      }
    };

    const sort = (index) => {
      const head = heads[index];
      const before = head.getAttribute('aria-sort');
      const next = { ascending: 'descending', descending: null }[before];
      const direction = next === undefined ? 'ascending' : next;
      heads.forEach((other) => other.removeAttribute('aria-sort'));
      if (direction)
        head.setAttribute('aria-sort', direction);
      sorted = direction
        ? order(rows, index, head.classList.contains('n'), direction === 'ascending' ? 1 : -1)
        : rows;
      const kept = new Set(found);
      found = found.length === rows.length ? sorted : sorted.filter((row) => kept.has(row));
      page = 0;
      show();
    };

    const filter = (text) => {
      const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
      texts = texts || new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
      found = wanted.length
        ? sorted.filter((row) => wanted.every((word) => texts.get(row).includes(word)))
        : sorted;
      page = 0;
      show();
    };

    if (rows.length > 1)
      heads.forEach((head, index) => {
        const label = head.querySelector('.label');
        const button = make('button', { type: 'button' }, ...label.childNodes);
        button.addEventListener('click', () => sort(index));
        label.append(button);
      });

    if (box.classList.contains('filter')) {
      const input = make('input', { type: 'search', autocomplete: 'off', spellcheck: 'false' });
      input.addEventListener('input', () => filter(input.value));
      input.addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && input.value) {
          input.value = '';
          filter('');
        }
      });
      const tools = make('div', { class: 'tools' }, make('label', {}, 'Filter rows', input));
      const move = (name, label, text, act) => {
        moves[name] = make('button', { type: 'button', 'aria-label': label }, text);
        moves[name].addEventListener('click', () => { act(); show(); });
        pager.append(moves[name]);
      };
      const pager = make('span', { class: 'pager' });
      if (paged) {
        move('first', 'First page', '«', () => { page = 0; });
        move('back', 'Previous page', '‹', () => { page -= 1; });
        move('next', 'Next page', '›', () => { page += 1; });
        move('last', 'Last page', '»', () => { page = Infinity; });
        move('whole', 'Show all rows', 'all rows', () => { whole = !whole; });
      }
      if (paged)
        tools.append(pager);
      tools.append(info);
      const scroll = box.querySelector('.scroll');
      scroll.before(tools);
      // The title stands above the filter; screen readers have it as the caption.
      if (!box.closest('.data') && !box.querySelector('.rows')) {
        tools.before(make('p', { class: 'title', 'aria-hidden': 'true' }, table.caption.textContent));
        box.classList.add('titled');
      }
      const fold = box.querySelector('details.rows');
      if (fold)
        fold.open = true;
    }

    let before = false;
    tables.push({
      print: () => {
        before = whole;
        whole = whole || found.length <= PRINT_ROWS_MAX;
        show();
      },
      restore: () => {
        whole = before;
        show();
      },
    });
    show();
  };

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
    tip.style.left = tip.style.top = '0'; // where it has its full width
    const size = tip.getBoundingClientRect();
    const left = Math.min(at.left + at.width / 2 - size.width / 2, innerWidth - size.width - 8);
    const above = at.top - size.height - 6;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${above >= 4 ? above : Math.min(at.bottom + 6, innerHeight - size.height - 4)}px`;
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

  all('.table').forEach(enhance);

  // Where there is room beside the picture, its data are open.
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
    const above = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 4);
    const next = links.get((above.pop() || headings[0] || {}).id);
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
