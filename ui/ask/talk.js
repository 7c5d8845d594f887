// The conversation: its buttons, and where it is scrolled to. Runs once with `element`, `trigger`, `watch` (gr.HTML).
let turns = 0;
const live = document.createElement('p');
live.id = 'nj-live';
live.setAttribute('role', 'status');
document.body.append(live);
const find = (id) => element.querySelector('#' + id);
const tell = (button, text) => {
  const told = button.closest('.nj-answer').querySelector('.nj-told');
  told.textContent = text;
};

const copy = async (button) => {
  const box = find('nj-copied-' + button.dataset.copy);
  const words = element.firstElementChild.dataset;
  try {
    await navigator.clipboard.writeText(box.value);
    box.hidden = true;
    tell(button, words.copied);
  } catch (refused) { // no secure context, or the browser says no
    box.hidden = false;
    box.focus();
    box.select();
    tell(button, words.byhand);
  }
};

const print = (button) => {
  const turn = button.closest('.nj-turn'), root = document.documentElement;
  element.querySelectorAll('details').forEach((box) => { if (turn.contains(box)) box.open = true; });
  turn.classList.add('nj-printed');
  root.classList.add('nj-print-one');
  addEventListener('afterprint', () => {
    turn.classList.remove('nj-printed');
    root.classList.remove('nj-print-one');
  }, {once: true});
  window.print();
};

const toggle = (button) => {
  const box = find(button.dataset.open);
  box.hidden = !box.hidden;
  const opener = element.querySelector('[aria-controls="' + box.id + '"]');
  opener.setAttribute('aria-expanded', String(!box.hidden));
  const first = box.querySelector('select, input');
  box.hidden ? opener.focus() : first.focus();
};

const complain = (button) => {
  const form = button.closest('.nj-why');
  const data = {number: button.dataset.bad, good: false};
  if (form) {
    const reason = form.querySelector('input[type=radio]:checked');
    form.querySelector('.nj-missing').hidden = Boolean(reason);
    if (!reason) return;
    data.reason = Number(reason.value);
    data.said = form.querySelector('textarea').value;
    data.keep = form.querySelector('input[type=checkbox]').checked;
  }
  trigger('submit', data);
};

const cite = (button) => {
  window.niangjiaOpened = button.dataset.cite;
  window.niangjiaOpener = button;
  element.querySelectorAll('[data-cite]').forEach((other) => {
    if (other.dataset.cite === button.dataset.cite) other.setAttribute('aria-pressed', 'true');
    else other.removeAttribute('aria-pressed');
  });
  trigger('click', {cite: button.dataset.cite});
};

const again = (button) => {
  const turn = button.closest('.nj-turn');
  const chosen = turn.querySelector('.nj-change:not([hidden]) select');
  const data = {number: button.dataset.again, chosen: Boolean(button.closest('.nj-change'))};
  data.place = data.chosen && chosen ? chosen.value : '';
  turn.classList.add('nj-asked-again');
  begin(turn.querySelector('.nj-asked p').innerText);
  trigger('apply', data);
};

const acts = [['cite', cite], ['copy', copy], ['print', print], ['open', toggle], ['bad', complain], ['again', again],
  ['good', (button) => trigger('submit', {number: button.dataset.good, good: true})]];
element.addEventListener('click', (event) => {
  for (const [name, act] of acts) {
    const button = event.target.closest('button[data-' + name + ']');
    if (button) return act(button);
  }
});

let following = false; // a new question is kept at the top until its answer is whole, or she scrolls herself
['wheel', 'touchmove', 'keydown'].forEach((kind) => addEventListener(kind, () => { following = false; }, {passive: true}));

// What is asked stands there at once, before the server has heard of it; the answer takes its place.
let waiting = '', empty = false;
const made = (tag, kind, text, ...children) => {
  const found = document.createElement(tag);
  found.className = kind;
  found.textContent = text;
  found.append(...children);
  return found;
};
const end = () => {
  element.querySelectorAll('.nj-pending').forEach((turn) => turn.remove());
  element.querySelectorAll('.nj-asked-again').forEach((turn) => {
    turn.classList.remove('nj-asked-again');
    turn.style.display = '';
  });
};
const begin = (asked) => {
  const words = element.firstElementChild.dataset, text = (asked || '').trim(), again = element.querySelector('.nj-asked-again');
  empty = !text;
  if (empty) return;
  element.querySelectorAll('.nj-pending').forEach((turn) => turn.remove());
  waiting = asked;
  const answer = made('div', 'nj-answer nj-searching', '', made('p', '', words.searching));
  const said = made('div', 'nj-asked', '', made('h2', '', words.you), made('p', '', text.slice(0, 300)));
  said.lastChild.style.whiteSpace = 'pre-line';
  const turn = made('section', 'nj-turn nj-pending', '', said, answer);
  if (again) again.style.display = 'none';
  else turns += 1;
  element.firstElementChild.append(turn);
  following = true;
  turn.scrollIntoView({block: 'start'});
  live.textContent = words.searching;
  if (!again) write('');
};
const write = (text) => {
  const box = document.querySelector('#nj-box textarea');
  box.value = text;
  box.dispatchEvent(new Event('input', {bubbles: true}));
};
window.niangjiaTalk = {
  begin,
  stop: () => (element.querySelector('.nj-searching') ? waiting : ''),
  fail: () => { // it never reached the server, or the server has no room
    const pending = element.querySelector('.nj-pending .nj-answer');
    if (!pending) return;
    pending.className = 'nj-answer nj-fault';
    pending.firstChild.textContent = live.textContent = element.firstElementChild.dataset.unsent;
    write(waiting);
  },
  shown: () => { // an answer stands there, or was not wanted: what stands around it follows
    if (element.querySelector('.nj-searching')) end();
    const last = [...element.querySelectorAll('.nj-turn')].pop();
    const box = document.querySelector('#nj-box textarea');
    if (last && last.querySelector('.nj-fault') && !box.value) write(waiting);
    return {empty, turns: Boolean(last), cited: Boolean(element.querySelector('[data-cite]'))};
  },
};

watch('value', () => {
  end();
  const all = element.querySelectorAll('.nj-turn'), last = all[all.length - 1];
  if (all.length > turns) following = true;
  turns = all.length;
  if (last && following) last.scrollIntoView({block: 'start'});
  if (!last || last.querySelector('[data-done]')) following = false;
  const done = last && last.querySelector('[data-done]');
  const said = done ? last.querySelector('.nj-said') : last && last.querySelector('.nj-searching p, .nj-fault p');
  const now = said ? (done ? element.firstElementChild.dataset.ready : '') + said.innerText : '';
  if (live.textContent !== now) live.textContent = now;
});

// /?q=… (the reader's 问关于这一条) fills the box; she sends it herself, and it does not stay in the address.
const asked = new URLSearchParams(location.search).get('q');
const fill = (tries) => {
  const box = document.querySelector('#nj-box textarea');
  if (!box) {
    if (tries) setTimeout(fill, 100, tries - 1);
    return;
  }
  box.value = asked.slice(0, 300);
  box.dispatchEvent(new Event('input', {bubbles: true}));
  box.focus();
};
if (asked) {
  history.replaceState(history.state, '', location.pathname);
  fill(100);
}
