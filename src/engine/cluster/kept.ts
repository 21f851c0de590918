/** A session whose record this node keeps. */
import { Timed } from '../deadlines.ts';
import type { Session } from '../session.ts';

export class Kept extends Timed {
  readonly session: Session;
  /** The term in which this node claimed it. */
  term: number;

  constructor(session: Session, term: number) {
    super();
    this.session = session;
    this.term = term;
  }
}
