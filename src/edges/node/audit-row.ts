/** A row of the audit trail, as it is kept: texts of strangers cut, and without what could steer a terminal. */
import type { CallEnded, OperatorAct, Refused } from '../../engine/ports-observer.ts';
import { maskCredentials } from '../../config/secrets.ts';

/** In the order of the columns. */
export interface AuditRow {
  /** When it came, in milliseconds since the epoch. */
  readonly at: number;
  readonly principal: string | null;
  readonly project: string | null;
  readonly server: string | null;
  readonly method: string | null;
  readonly target: string | null;
  /** The beginning of its id: enough to tell sessions apart, too little to take one over. */
  readonly session: string | null;
  readonly address: string | null;
  readonly dialect: string | null;
  readonly era: string | null;
  readonly outcome: string;
  readonly code: number | null;
  readonly ms: number | null;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
  readonly tie: string | null;
  readonly arguments: string | null;
  /** For how many it stands. */
  readonly count: number;
}

export const COLUMNS = [
  ...(['at', 'principal', 'project', 'server', 'method', 'target', 'session', 'address', 'dialect'] as const),
  ...(['era', 'outcome', 'code', 'ms', 'bytesIn', 'bytesOut', 'tie', 'arguments', 'count'] as const),
] satisfies readonly (keyof AuditRow)[];

/** Its values in the order of the columns; by hand, since looking them up by name costs half as much as writing them. */
export function valuesOf(row: AuditRow): (string | number | null)[] {
  const { at, principal, project, server, method, target, session, address, dialect } = row;
  const { era, outcome, code, ms, bytesIn, bytesOut, tie, arguments: kept, count } = row;
  return [
    at,
    principal,
    project,
    server,
    method,
    target,
    session,
    address,
    dialect,
    era,
    outcome,
    code,
    ms,
    bytesIn,
    bytesOut,
    tie,
    kept,
    count,
  ];
}

/** Characters of one text. */
const TEXT = 256;
const TARGET = 512;
const SESSION = 8;

export function rowOfCall(at: number, told: CallEnded): AuditRow {
  return {
    at,
    principal: clean(told.principal, TEXT),
    project: told.project ?? null,
    server: clean(told.server, TEXT),
    method: clean(told.method, TEXT),
    target: told.target === undefined ? null : clean(plainTarget(told.target), TARGET),
    session: told.session === '' ? null : told.session.slice(0, SESSION),
    address: told.address === '' ? null : clean(told.address, TEXT),
    dialect: told.dialect,
    era: told.era,
    outcome: told.outcome,
    code: told.code ?? null,
    ms: Math.round(told.ms * 100) / 100,
    bytesIn: told.bytesIn,
    bytesOut: told.bytesOut,
    tie: told.tie ?? null,
    arguments: told.arguments ?? null,
    count: 1,
  };
}

/** What was turned away at the door. @param count how many of its kind it stands for */
export function rowOfRefused(at: number, told: Refused, count: number): AuditRow {
  return {
    ...NOTHING,
    at,
    principal: told.principal === undefined ? null : clean(told.principal, TEXT),
    server: told.server === undefined ? null : clean(told.server, TEXT),
    method: told.asked === undefined ? null : clean(maskCredentials(told.asked), TEXT),
    target: told.fact === undefined ? null : clean(maskCredentials(told.fact), TARGET),
    session: told.session === undefined ? null : told.session.slice(0, SESSION),
    address: told.address === undefined || told.address === '' ? null : clean(told.address, TEXT),
    outcome: told.code,
    count,
  };
}

/** What an operator did. */
export function rowOfAct(at: number, { operator, address, action, target, outcome }: OperatorAct): AuditRow {
  return {
    ...NOTHING,
    at,
    principal: operator,
    method: `admin/${action}`,
    target: target === '' ? null : clean(maskCredentials(target), TARGET),
    address: address === '' ? null : clean(address, TEXT),
    outcome,
    count: 1,
  };
}

/** In place of rows that could not be written. */
export function rowOfLost(at: number, count: number): AuditRow {
  return { ...NOTHING, at, outcome: ROWS_LOST, count };
}

const ROWS_LOST = 'rows_lost';

const NOTHING: Omit<AuditRow, 'at' | 'outcome' | 'count'> = {
  ...{ principal: null, project: null, server: null, method: null, target: null, session: null },
  ...{ address: null, dialect: null, era: null, code: null, ms: null, bytesIn: null, bytesOut: null },
  ...{ tie: null, arguments: null },
};

/** A URI without what is behind `?` and `#`, and without a password: people put keys there. */
function plainTarget(target: string): string {
  if (!target.includes(':')) return target;
  const end = target.search(/[?#]/);
  return maskCredentials(end === -1 ? target : `${target.slice(0, end)}${target.charAt(end)}…`);
}

const STEERING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const EACH_STEERING = new RegExp(STEERING, 'g');

/** Cut, and with control characters and those that turn the direction of writing written out. */
export function clean(text: string, longest: number): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  if (!STEERING.test(short)) return short;
  return short.replace(EACH_STEERING, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
