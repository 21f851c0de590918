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

/** Undefined for what no node of this kind wrote. */
export function readMemory(facts: Uint8Array): SessionMemory | undefined {
  try {
    const memory = JSON.parse(decoder.decode(facts)) as Partial<SessionMemory>;
    const { principal, mount, line } = memory;
    const isWhole =
      typeof principal === 'string' && typeof mount === 'string' && typeof line?.version === 'string';
    return isWhole ? (memory as SessionMemory) : undefined;
  } catch {
    return undefined;
  }
}
