/**
 * What is turned away at the door, counted: one row for each address and reason within a moment.
 *
 * Guarantees: however much is turned away, there are few rows of it, so that nobody fills the disk, or drives the rows
 * of others out of it, by knocking.
 */
import type { Refused } from '../../engine/ports-observer.ts';
import { type AuditRow, rowOfRefused } from './audit-row.ts';

/** How long what is alike is counted before it is told. */
const MOMENT_MS = 500;
/** The same after a moment with more kinds than are told one by one. */
const FLOOD_MS = 10_000;
/** Addresses and reasons told one by one; the rest by their reasons alone. */
const KINDS = 10;
/** Reasons are words of our own. */
const REASONS = 50;

interface Run {
  readonly at: number;
  readonly told: Refused;
  count: number;
}

export class AuditRefusals {
  readonly #add: (row: AuditRow) => void;
  /** What was turned away for so far. */
  readonly #codes = new Set<string>();
  readonly #runs = new Map<string, Run>();
  #crowd = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(add: (row: AuditRow) => void) {
    this.#add = add;
  }

  /** Only what came to the door. */
  take(told: Refused): void {
    // The sum of what was not told one by one says where it was no more.
    const isSum = told.count !== undefined && this.#codes.has(told.code);
    if (told.where !== 'http' && !isSum) return;
    if (this.#codes.size < REASONS) this.#codes.add(told.code);
    const key = `${told.code}\n${told.address ?? ''}\n${told.principal ?? ''}`;
    const run = this.#runs.get(key) ?? this.#runOf(key, told);
    if (run) run.count += told.count ?? 1;
    this.#timer ??= setTimeout(() => this.tell(), MOMENT_MS).unref();
  }

  /** Tells what was counted. */
  tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { at, told, count } of this.#runs.values()) this.#add(rowOfRefused(at, told, count));
    const isFlood = this.#crowd > 0;
    this.#runs.clear();
    this.#crowd = 0;
    if (isFlood) this.#timer = setTimeout(() => this.tell(), FLOOD_MS).unref();
  }

  /** Tells what was counted, and takes no more time. */
  close(): void {
    this.tell();
    clearTimeout(this.#timer);
  }

  #runOf(key: string, told: Refused): Run | undefined {
    if (this.#runs.size < KINDS) return this.#begin(key, told);
    this.#crowd++;
    const known = this.#runs.get(told.code);
    if (known || this.#runs.size >= KINDS + REASONS) return known;
    const { where, code, message } = told;
    return this.#begin(code, { where, code, message, fact: 'from many addresses' });
  }

  #begin(key: string, told: Refused): Run {
    const run = { at: Date.now(), told, count: 0 };
    this.#runs.set(key, run);
    return run;
  }
}
