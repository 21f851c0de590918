import { describe, expect, it } from 'vitest';
import * as sdk from 'sdk-1.32/types.js';
import {
  internMethod,
  isLegacyVersion,
  LATEST_LEGACY,
  LEGACY_VERSIONS,
  METHODS,
  methodOf,
  supportsBatch,
  supportsPriming,
} from '../../../src/protocol/methods.ts';
import { bytesOf } from './support.ts';

/** The methods that a union of the SDK's schemas names. */
function methodsOf(union: { options: readonly unknown[] }): string[] {
  const schemas = union.options as { shape: { method: { value: string } } }[];
  return schemas.map((schema) => schema.shape.method.value).sort();
}

function ours(kind: 'request' | 'notification', side: 'client' | 'server'): string[] {
  const mine = METHODS.filter(
    (entry) => entry.kind === kind && (entry.from === side || entry.from === 'both'),
  );
  return mine.map((entry) => entry.method).sort();
}

describe('the table of methods', () => {
  it('[MESSAGE-METHODS] has what the SDK of 2025-11-25 has, each way', () => {
    expect(ours('request', 'client')).toEqual(methodsOf(sdk.ClientRequestSchema));
    expect(ours('request', 'server')).toEqual(methodsOf(sdk.ServerRequestSchema));
    expect(ours('notification', 'client')).toEqual(methodsOf(sdk.ClientNotificationSchema));
    expect(ours('notification', 'server')).toEqual(methodsOf(sdk.ServerNotificationSchema));
  });

  it('names each method once, and notifications by their prefix', () => {
    expect(new Set(METHODS.map((entry) => entry.method)).size).toBe(METHODS.length);
    for (const entry of METHODS) {
      expect(entry.method.startsWith('notifications/')).toBe(entry.kind === 'notification');
      expect(entry.declaredBy === undefined).toBe(entry.capability === undefined);
    }
  });

  it('knows since when', () => {
    expect(methodOf('tools/call')).toMatchObject({
      kind: 'request',
      from: 'client',
      since: '2024-11-05',
      capability: 'tools',
    });
    expect(methodOf('elicitation/create')).toMatchObject({
      from: 'server',
      since: '2025-06-18',
      declaredBy: 'client',
    });
    expect(methodOf('tasks/get')).toMatchObject({ from: 'both', since: '2025-11-25' });
    expect(methodOf('ping')).toEqual({ method: 'ping', kind: 'request', from: 'both', since: '2024-11-05' });
  });

  it('takes names exactly', () => {
    for (const name of ['Tools/call', 'tools/call ', '', 'toString', '__proto__', 'server/discover']) {
      expect(methodOf(name)).toBeUndefined();
    }
  });

  it('gives back the text of any method', () => {
    for (const name of [
      ...METHODS.map((entry) => entry.method),
      'x',
      'tools/cal',
      'tools/calls',
      'tools/cull',
      '',
    ]) {
      const bytes = bytesOf(`"${name}"`);
      expect(internMethod(bytes, 1, bytes.length - 1)).toBe(name);
    }
  });
});

describe('the legacy revisions', () => {
  it('are four, in order', () => {
    expect(LEGACY_VERSIONS).toEqual(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']);
    expect(LATEST_LEGACY).toBe(LEGACY_VERSIONS.at(-1));
    expect(LEGACY_VERSIONS.every(isLegacyVersion)).toBe(true);
    expect(['2026-07-28', '2024-10-07', '', '2025-11-25 '].some(isLegacyVersion)).toBe(false);
  });

  it('differ in batches and priming events', () => {
    expect(LEGACY_VERSIONS.map(supportsBatch)).toEqual([false, true, false, false]);
    expect(LEGACY_VERSIONS.map(supportsPriming)).toEqual([false, false, false, true]);
    expect(['2026-07-28', ''].some(supportsBatch) || ['2026-07-28', ''].some(supportsPriming)).toBe(false);
  });
});
