/** Sessions and messages as lines: for people in columns, for programs as JSON. */
import type { LiveEvent } from '../edges/admin/contract/live.ts';
import type { Leg, MessageView, SessionView } from '../edges/admin/contract/session.ts';
import { bytes, duration, millis } from './amounts.ts';
import { type Io, painter, type Paint } from './io.ts';
import { clientOf } from './top-picture.ts';
import { cutTo, fit, visible, visibleJson } from './visible.ts';

type Change = Extract<LiveEvent, { event: 'session' }>['data'];

export interface Printer {
  /** @param isOne one session was asked for: then all is told of it */
  sessions(sessions: readonly SessionView[], isOne: boolean): void;
  messages(messages: readonly MessageView[]): void;
  change(change: Change): void;
}

export function printer(io: Io, flags: { readonly json: boolean; readonly payload: boolean }): Printer {
  return flags.json ? jsonPrinter(io, flags.payload) : textPrinter(io, flags.payload);
}

// ------------------------------------------------------------------------------------------ for programs

function jsonPrinter(io: Io, hasPayload: boolean): Printer {
  const out = (type: string, facts: object) => io.out(`${visibleJson(JSON.stringify({ type, ...facts }))}\n`);
  return {
    sessions: (sessions) =>
      sessions.forEach((session) => void out('session', { change: 'known', ...session })),
    change: ({ change, session }) => out('session', { change, ...session }),
    messages: (messages) =>
      messages.forEach(({ payload, ...message }) => {
        out('message', hasPayload && payload !== undefined ? { ...message, payload } : message);
      }),
  };
}

// -------------------------------------------------------------------------------------------- for people

/** The way of a message between client, gateway and server. */
const WAYS: Readonly<Record<Leg, string>> = {
  'from-client': '──▶ │    ',
  'to-server': '    │ ──▶',
  'from-server': '    │ ◀──',
  'to-client': '◀── │    ',
};
const WIDTHS = { time: 12, id: 8, server: 16, what: 44, number: 8, ms: 9 };

function textPrinter(io: Io, hasPayload: boolean): Printer {
  const paint = painter(io);
  const room = io.outIsTerminal ? io.columns : Number.POSITIVE_INFINITY;
  let hasHead = false;
  const head = () => {
    if (!hasHead) io.out(`${paint('dim', cutTo(headLine, room))}\n`);
    hasHead = true;
  };
  return {
    sessions(sessions, isOne) {
      if (isOne) io.out(sessions.map((session) => facts(session, paint)).join(''));
      else if (sessions.length === 0) io.out('No session is open.\n');
      else io.out(sessions.map((session) => `${sessionLine(session, paint, room)}\n`).join(''));
      io.out('\n');
    },
    change({ change, session }) {
      // What is known of it better now is seen where it is asked for.
      if (change === 'changed') return;
      const why = session.reason === undefined ? '' : `: ${session.reason}`;
      const text = `${clock(session.closedAt ?? session.openedAt)}  ${fit(visible(session.id), WIDTHS.id)}  ${change}${visible(why)}`;
      const who = [session.server, clientOf(session), session.dialect]
        .map(visible)
        .filter((word) => word !== '');
      io.out(`${paint('cyan', cutTo(`${text}  ${who.join('  ')}`, room))}\n`);
    },
    messages(messages) {
      if (messages.length === 0) return;
      head();
      io.out(messages.map((message) => messageLines(message, { paint, room, hasPayload })).join(''));
    },
  };
}

const headLine = [
  fit('time', WIDTHS.time),
  fit('session', WIDTHS.id),
  'client  server',
  fit('server', WIDTHS.server),
  fit('message', WIDTHS.what),
  fit('ms', WIDTHS.ms, 'right'),
  fit('size', WIDTHS.number, 'right'),
].join('  ');

function sessionLine(session: SessionView, paint: Paint, room: number): string {
  const at = Date.now();
  const text = [
    fit(visible(session.id), WIDTHS.id),
    fit(visible(session.server), WIDTHS.server),
    fit(visible(clientOf(session)), 28),
    fit(visible(session.principal), 20),
    fit(visible(session.dialect), 10),
    `${fit(duration(at - session.openedAt), 6, 'right')} old, ${session.inFlight} in flight`,
  ].join('  ');
  return session.closedAt === undefined ? cutTo(text, room) : paint('dim', cutTo(text, room));
}

/** All that is known of one session. */
function facts(session: SessionView, paint: Paint): string {
  const { client, closedAt, reason } = session;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['session', session.id],
    ['server', session.server],
    ['client', client && `${client.name} ${client.version}`],
    ['user agent', session.userAgent],
    ['origin', session.origin],
    ['address', session.address],
    ['caller', session.principal],
    ['dialect', session.dialect],
    ['era', session.version === undefined ? session.era : `${session.era}, ${session.version}`],
    [
      'opened',
      `${new Date(session.openedAt).toISOString()}, ${duration((closedAt ?? Date.now()) - session.openedAt)}`,
    ],
    [
      'closed',
      closedAt === undefined
        ? undefined
        : `${new Date(closedAt).toISOString()}${reason === undefined ? '' : `: ${reason}`}`,
    ],
    [
      'now',
      closedAt === undefined
        ? `${session.streams} streams, ${session.inFlight} in flight, ${bytes(session.queuedBytes)} queued`
        : undefined,
    ],
  ];
  return rows
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${paint('dim', fit(name, 10))}  ${visible(value)}\n`],
    )
    .join('');
}

interface Page {
  readonly paint: Paint;
  readonly room: number;
  readonly hasPayload: boolean;
}

function messageLines(message: MessageView, { paint, room, hasPayload }: Page): string {
  const text = cutTo(
    [
      clock(message.at),
      fit(visible(message.session === '' ? 'modern' : message.session), WIDTHS.id),
      ` ${WAYS[message.leg]}    `,
      fit(visible(message.server), WIDTHS.server),
      fit(what(message), WIDTHS.what),
      fit(message.ms === undefined ? '' : millis(message.ms), WIDTHS.ms, 'right'),
      fit(bytes(message.bytes), WIDTHS.number, 'right'),
    ].join('  '),
    room,
  );
  const line = message.kind === 'error' ? paint('red', text) : styled(message, text, paint);
  const { payload, isCut = false } = message;
  if (!hasPayload || payload === undefined) return `${line}\n`;
  return `${line}\n${paint('dim', `    ${visible(payload)}${isCut ? ' … (cut)' : ''}`)}\n`;
}

/** What is asked, or that it is answered. */
function what({ kind, method = '', target, id }: MessageView): string {
  const named = [method, target].filter((word) => word !== undefined && word !== '').join(' ');
  const number = id === undefined ? '' : ` #${id}`;
  const word = kind === 'response' ? 'result of ' : kind === 'error' ? 'error of ' : '';
  return visible(`${word}${named}${number}`);
}

function styled({ kind, leg }: MessageView, text: string, paint: Paint): string {
  if (kind === 'notification') return paint('dim', text);
  return kind === 'request' && leg === 'from-client' ? paint('bold', text) : text;
}

function clock(at: number): string {
  const when = new Date(at);
  const [h, m, s] = [when.getHours(), when.getMinutes(), when.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${h}:${m}:${s}.${String(when.getMilliseconds()).padStart(3, '0')}`;
}
