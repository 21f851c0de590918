/** The audit trail, as the admin API has it. */
import type { AuditRowView } from './contract/audit.ts';

export interface AuditWish {
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly caller?: string | undefined;
  readonly server?: string | undefined;
  readonly tool?: string | undefined;
  /** A word, or `failed` for all but good ones, or `denied` for what was turned away at the door. */
  readonly outcome?: string | undefined;
  /** Only rows with a lower number. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface AuditFound {
  /** The newest first. */
  readonly rows: readonly AuditRowView[];
  /** To go on from; undefined where there are none before. */
  readonly before: number | undefined;
}

export interface AuditShelf {
  /** Undefined where no trail is kept. Rejects with `Problem` where it cannot be read. */
  page(wish: AuditWish): Promise<AuditFound | undefined>;
}
