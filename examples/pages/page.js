/**
 * Both pages: connect and disconnect, send any request, see the state of the link and every event.
 *
 * In an application with a bundler the first line is `import { connect } from 'sluice/browser'`.
 */
import { connect } from './sluice/browser.js';

/** Lines kept on the page; older ones go. */
const MOST_LINES = 200;

const { dialect, url } = document.body.dataset;
const ui = build();
let link;

ui.connect.addEventListener('click', open);
ui.disconnect.addEventListener('click', () => link?.close());
ui.sending.addEventListener('submit', send);
show('closed');

function open() {
  link?.close();
  const key = ui.key.value;
  try {
    link = connect({
      url: ui.url.value,
      dialect,
      via: ui.via.value,
      headers: key === '' ? {} : { 'X-API-Key': key },
      onState: show,
      onEvent: ({ event, data }) => line(ui.events, `${event}: ${data}`),
    });
    show(link.state);
  } catch (error) {
    show('closed', error);
  }
}

async function send(event) {
  event.preventDefault();
  const method = ui.method.value;
  try {
    if (!link) throw new Error('Connect first.');
    const params = ui.params.value.trim() === '' ? undefined : JSON.parse(ui.params.value);
    if (method.startsWith('notifications/')) {
      await link.notify(method, params);
      line(ui.answers, `${method}: sent`);
    } else {
      const onProgress = ({ progress, total }) => line(ui.answers, `${method}: ${progress} of ${total ?? '?'}`);
      line(ui.answers, `${method}: ${JSON.stringify(await link.request(method, params, { onProgress }))}`);
    }
  } catch (error) {
    line(ui.answers, `${method}: ${error.code ?? error.name}: ${error.message}`);
  }
}

function show(state, reason) {
  ui.state.value = reason ? `${state}: ${reason.message}` : state;
  ui.disconnect.disabled = state === 'closed';
}

/** As text: what comes from a server is no part of the page. */
function line(list, text) {
  const item = document.createElement('li');
  item.textContent = text;
  list.prepend(item);
  if (list.childElementCount > MOST_LINES) list.lastElementChild.remove();
}

function build() {
  const at = {
    url: field('input', { id: 'url', value: url }),
    key: field('input', { id: 'key', type: 'password', autocomplete: 'off' }),
    via: choice('via', { fetch: 'fetch', eventsource: 'EventSource with a ticket' }),
    connect: field('button', { id: 'connect', type: 'button', textContent: 'Connect' }),
    disconnect: field('button', { id: 'disconnect', type: 'button', textContent: 'Disconnect' }),
    state: field('output', { id: 'state' }),
    method: field('input', { id: 'method', value: 'tools/list', required: true }),
    params: field('textarea', { id: 'params', placeholder: '{ "name": "echo", "arguments": {} }' }),
    sending: field('form', { id: 'sending' }),
    answers: field('ol', { id: 'answers' }),
    events: field('ol', { id: 'events' }),
  };
  const opening = field('form', { id: 'opening' });
  opening.append(labelled('Address', at.url), labelled('Key', at.key), labelled('Read with', at.via));
  at.sending.append(labelled('Method', at.method), labelled('Parameters', at.params));
  at.sending.append(field('button', { id: 'send', textContent: 'Send' }));
  document.body.append(opening, at.connect, at.disconnect, ' ', at.state, at.sending);
  document.body.append(heading('Answers'), at.answers, heading('Events'), at.events);
  return at;
}

function field(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

function choice(id, options) {
  const select = field('select', { id });
  for (const [value, textContent] of Object.entries(options)) select.append(field('option', { value, textContent }));
  return select;
}

function labelled(text, element) {
  const label = document.createElement('label');
  label.append(text, element);
  return label;
}

function heading(textContent) {
  return field('h2', { textContent });
}
