import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

export interface Tab {
  readonly value: string;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

/** Parts of which one is seen at a time; arrows go from one to the next. */
export function Tabs({
  label,
  tabs,
  value,
  onChange,
}: {
  /** What the tabs are about, for screen readers. */
  readonly label: string;
  readonly tabs: readonly Tab[];
  /** Which is open; without it they open by themselves, the first to begin with. */
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}) {
  return (
    <Base.Root
      {...(value === undefined ? { defaultValue: tabs[0]?.value } : { value })}
      onValueChange={(next: unknown) => onChange?.(String(next))}
      className="flex min-h-0 min-w-0 flex-col"
    >
      <Base.List aria-label={label} activateOnFocus className="flex flex-wrap gap-x-1 border-b border-line">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px min-h-8.5 border-b-2 border-transparent px-2.5 text-soft hover:text-ink data-[active]:border-accent data-[active]:font-medium data-[active]:text-ink"
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="min-w-0 pt-3">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
