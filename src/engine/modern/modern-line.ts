/** A way to one server in modern words: nothing is greeted, and what is lost is asked for again as it was. */
import type { Era } from '../../protocol/era.ts';
import { UpstreamLine } from '../upstream-line.ts';

export class ModernLine extends UpstreamLine {
  protected override get era(): Era {
    return 'modern';
  }

  /** One conversation, whoever its calls are of. */
  override get isShared(): boolean {
    return false;
  }
}
