/**
 * A regular expression that is matched in a time bounded by the length of the text times that of the pattern: all ways
 * are followed at once, one character after the other, and none is tried twice.
 *
 * Source: K. Thompson, "Regular Expression Search Algorithm", CACM 11 (1968).
 */
import { type CharTest, type Node, parsePattern, PatternError } from './pattern-parser.ts';

/** Work that may still be done; one that runs out ends all that shares it. */
export class Budget {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  /** @throws BudgetError when there is nothing left */
  spend(steps = 1): void {
    this.#left -= steps;
    if (this.#left < 0) throw new BudgetError('takes too much work to check');
  }
}

export class BudgetError extends Error {}

type Step =
  | { readonly op: 'char'; readonly test: CharTest }
  | { readonly op: 'split'; readonly to: number; readonly or: number }
  | { readonly op: 'start' | 'end' | 'edge' | 'inside' | 'done' }
  | { readonly op: 'look'; readonly from: number; readonly isNot: boolean };

/** Steps of one pattern: counted repetitions are written out. */
const MOST_STEPS = 10_000;

export class LinearPattern {
  readonly #steps: Step[] = [];
  /** Where a look ahead goes on: by its step. */
  readonly #after = new Map<number, number>();

  /** @throws PatternError for what is no pattern, or none that can be matched so */
  constructor(source: string) {
    this.#write(parsePattern(source));
    this.#add({ op: 'done' });
  }

  /** Whether it is found anywhere in a text. @throws BudgetError */
  isIn(text: string, budget: Budget): boolean {
    return this.#runs(0, text, 0, false, budget);
  }

  // ---------------------------------------------------------------------------------------------- writing

  #add(step: Step): number {
    if (this.#steps.length >= MOST_STEPS) throw new PatternError('is too large');
    return this.#steps.push(step) - 1;
  }

  #write(node: Node): void {
    switch (node.kind) {
      case 'char':
        this.#add({ op: 'char', test: node.test });
        return;
      case 'seq':
        for (const one of node.nodes) this.#write(one);
        return;
      case 'alt':
        return this.#writeEither(node.nodes);
      case 'repeat':
        return this.#writeRepeated(node.node, node.min, node.max);
      case 'look':
        return this.#writeLook(node.node, node.isNot);
      default:
        this.#add({ op: node.kind });
    }
  }

  #writeEither(nodes: readonly Node[]): void {
    const [first, ...rest] = nodes;
    if (!first) return;
    if (rest.length === 0) return this.#write(first);
    const split = this.#add({ op: 'done' });
    this.#write(first);
    const leave = this.#add({ op: 'done' });
    this.#steps[split] = { op: 'split', to: split + 1, or: this.#steps.length };
    this.#writeEither(rest);
    this.#steps[leave] = jump(this.#steps.length);
  }

  #writeRepeated(node: Node, min: number, max: number): void {
    for (let count = 0; count < min; count++) this.#write(node);
    if (max === Infinity) {
      const split = this.#add({ op: 'done' });
      this.#write(node);
      this.#add(jump(split));
      this.#steps[split] = { op: 'split', to: split + 1, or: this.#steps.length };
      return;
    }
    // Each leads to the end, so that few ways are open at a time.
    const splits: number[] = [];
    for (let count = min; count < max; count++) {
      splits.push(this.#add({ op: 'done' }));
      this.#write(node);
    }
    for (const split of splits) this.#steps[split] = { op: 'split', to: split + 1, or: this.#steps.length };
  }

  #writeLook(node: Node, isNot: boolean): void {
    const look = this.#add({ op: 'done' });
    this.#write(node);
    this.#add({ op: 'done' });
    this.#steps[look] = { op: 'look', from: look + 1, isNot };
    this.#after.set(look, this.#steps.length);
  }

  // --------------------------------------------------------------------------------------------- matching

  #runs(from: number, text: string, start: number, isFixed: boolean, budget: Budget): boolean {
    const run: Run = { text, budget, seen: new Set(), ways: [] };
    let at = start;
    if (this.#enter(from, at, run)) return true;
    while (at < text.length) {
      const code = text.codePointAt(at) as number;
      const { ways } = run;
      if (ways.length === 0 && isFixed) return false;
      at += code > 0xffff ? 2 : 1;
      run.ways = [];
      run.seen.clear();
      for (const way of ways) {
        budget.spend();
        const step = this.#steps[way] as Step;
        if (step.op === 'char' && step.test(code) && this.#enter(way + 1, at, run)) return true;
      }
      if (!isFixed && this.#enter(from, at, run)) return true;
    }
    return false;
  }

  /** Follows all that needs no character. @returns whether the end is reached */
  #enter(from: number, at: number, run: Run): boolean {
    const open = [from];
    for (let way = open.pop(); way !== undefined; way = open.pop()) {
      if (run.seen.has(way)) continue;
      run.seen.add(way);
      run.budget.spend();
      const step = this.#steps[way] as Step;
      if (step.op === 'done') return true;
      if (step.op === 'char') run.ways.push(way);
      else if (step.op === 'split') open.push(step.or, step.to);
      else if (this.#holds(step, at, run)) open.push(this.#after.get(way) ?? way + 1);
    }
    return false;
  }

  #holds(step: Step, at: number, { text, budget }: Run): boolean {
    switch (step.op) {
      case 'start':
        return at === 0;
      case 'end':
        return at === text.length;
      case 'edge':
        return isEdge(text, at);
      case 'inside':
        return !isEdge(text, at);
      case 'look':
        return this.#runs(step.from, text, at, true, budget) !== step.isNot;
      default:
        return false;
    }
  }
}

interface Run {
  readonly text: string;
  readonly budget: Budget;
  /** The steps that were entered at this place. */
  readonly seen: Set<number>;
  /** Those that wait for a character. */
  ways: number[];
}

function jump(to: number): Step {
  return { op: 'split', to, or: to };
}

function isEdge(text: string, at: number): boolean {
  return isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at));
}

/** NaN, before and behind the text, is none. */
function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
  );
}
