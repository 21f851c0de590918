import { useState } from 'react';
import { Table } from '../../parts/Table.tsx';
import { Text } from '../../parts/Text.tsx';
import type { Tabular } from './table.ts';

const STEP = 100;

interface Row {
  readonly row: Readonly<Record<string, unknown>>;
  readonly index: number;
}

/** A list of flat objects as rows. */
export function ResultTable({ tabular: { name, columns, rows } }: { readonly tabular: Tabular }) {
  const [shown, setShown] = useState(STEP);
  return (
    <div className="rounded-md border border-line">
      <Table<Row>
        label={name === '' ? 'Result' : `Result: ${name.slice(0, 60)}`}
        rows={rows.slice(0, shown).map((row, index) => ({ row, index }))}
        keyOf={({ index }) => index}
        columns={columns.map((column) => ({
          id: column,
          head: <Text value={column} max={60} />,
          isNumber: rows
            .slice(0, shown)
            .every((row) => row[column] === undefined || typeof row[column] === 'number'),
          cell: ({ row }) => <Cell value={row[column]} />,
        }))}
      />
      {rows.length > shown && (
        <button
          type="button"
          className="m-2 text-accent underline"
          onClick={() => setShown((shown) => shown + STEP * 5)}
        >
          Show more ({rows.length - shown} rows left)
        </button>
      )}
    </div>
  );
}

function Cell({ value }: { readonly value: unknown }) {
  if (value === undefined) return null;
  if (value === null) return <span className="text-soft">null</span>;
  return <Text value={typeof value === 'object' ? JSON.stringify(value) : String(value)} max={200} canGrow />;
}
