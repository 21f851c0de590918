/** What another node needs to go on with a session, as the directory keeps it. */
import type { LineMemory } from '../line-terms.ts';
import type { Session } from '../session.ts';

export interface SessionMemory {
  readonly principal: string;
  /** What it was opened at. */
  readonly mount: string;
  readonly key: string | undefined;
  readonly line: LineMemory;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function memoryOf({ principal, mount, line }: Session): Uint8Array {
  const memory: SessionMemory = { principal, mount: mount.name, key: mount.key, line: line.memory };
  return encoder.encode(JSON.stringify(memory));
}

/** Undefined for what no node of this kind wrote: one of another version may have written something else. */
export function readMemory(facts: Uint8Array): SessionMemory | undefined {
  try {
    const memory = JSON.parse(decoder.decode(facts)) as Partial<SessionMemory>;
    const { principal, mount, key, line } = memory;
    const isWhole = isText(principal) && isText(mount) && isTextOrNone(key) && isLineMemory(line);
    return isWhole ? (memory as SessionMemory) : undefined;
  } catch {
    return undefined;
  }
}

function isLineMemory(line: Partial<LineMemory> | undefined): boolean {
  const { hello, version, level, subscriptions } = line ?? {};
  return (
    isText(version) &&
    isTextOrNone(hello) &&
    isTextOrNone(level) &&
    typeof subscriptions === 'object' &&
    subscriptions !== null &&
    Object.values(subscriptions).every((uris: unknown) => Array.isArray(uris) && uris.every(isText))
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || isText(value);
}
