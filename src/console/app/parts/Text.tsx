import { useState } from 'react';
import { cut, piecesOf } from '../foreign.ts';
import { bytes } from '../format.ts';
import { classes } from './class.ts';

/** Shown with one click more; a text of 10 MB is not put into the page at once. */
const MORE = 20_000;

/**
 * What others wrote. Its direction is kept to itself, what cannot be seen has a name instead, and it is cut where it is long.
 *
 * @param max characters shown at first
 * @param hasLines keeps its line breaks
 * @param canGrow has a button that shows more
 */
export function Text({
  value,
  max = 300,
  hasLines = false,
  canGrow = false,
  isMono = false,
}: {
  readonly value: string;
  readonly max?: number;
  readonly hasLines?: boolean;
  readonly canGrow?: boolean;
  readonly isMono?: boolean;
}) {
  const [extra, setExtra] = useState(0);
  const { shown, rest } = cut(value, max + extra);
  return (
    <>
      <bdi className={classes('foreign', hasLines && 'whitespace-pre-wrap', isMono && 'font-mono')}>
        {piecesOf(shown).map(({ text, isMark }, index) =>
          isMark ? (
            <span key={index} className="mark">
              {text}
            </span>
          ) : (
            text
          ),
        )}
        {rest > 0 && '…'}
      </bdi>
      {canGrow && rest > 0 && (
        <button
          type="button"
          className="ml-1 text-accent underline"
          onClick={() => setExtra((extra) => extra + MORE)}
        >
          Show more ({bytes(rest)} left)
        </button>
      )}
    </>
  );
}
