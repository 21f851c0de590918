/** The audit trail that a configuration asks for. */
import type { Config } from '../../config/types.ts';
import { harmless, together } from '../../engine/observer.ts';
import type { AuditOptions, AuditTrail } from './audit.ts';
import type { Observer } from '../../engine/ports-observer.ts';

export interface Watched {
  /** Never throws. */
  readonly observer: Observer;
  /** To be called when nothing more happens: writes what waits to be written. */
  close(): Promise<void>;
}

/**
 * The audit trail for a gateway of the library: its observer is to be among those of the gateway.
 * @throws Error with one sentence when it cannot be opened
 */
export async function auditTrail(options: AuditOptions): Promise<AuditTrail> {
  const { openAudit } = await import('./audit.ts');
  return openAudit(options);
}

/**
 * The observer, and the audit trail beside it where one is to be kept. SQLite is loaded only then.
 * @param secrets asked for each time, so that a reload can change them
 * @throws Error with one sentence when the trail cannot be opened
 */
export async function watched(
  { audit, dataDir }: Config,
  observer: Observer,
  tell: (message: string) => void,
  secrets: () => readonly string[],
): Promise<Watched> {
  if (!audit.enabled) return { observer: harmless(observer), close: async () => undefined };
  const { retention: retentionMs, maxSize: maxBytes, methods } = audit;
  const kept = { arguments: audit.arguments, methods, retentionMs, maxBytes };
  const trail = await auditTrail({ folder: dataDir, ...kept, tell, secrets });
  return { observer: together(observer, trail.observer), close: () => trail.close() };
}
