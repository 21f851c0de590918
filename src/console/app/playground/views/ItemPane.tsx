/** What is picked, with its arguments, ready to run. */
import { type KeyboardEvent, useId, useState } from 'react';
import { isDangerous, type Item, promptArguments, recordOf } from '../../mcp/items.ts';
import { Button } from '../../parts/Button.tsx';
import { Confirm } from '../../parts/Confirm.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Text } from '../../parts/Text.tsx';
import { useStore } from '../../store.ts';
import { ArgumentsEditor } from '../form/ArgumentsEditor.tsx';
import { TextArguments, type Values } from '../form/TextArguments.tsx';
import { type Draft, draftKey, draftStore, setDraft } from '../runs/drafts.ts';
import { expand, variablesOf } from '../runs/template.ts';
import { ItemHead } from './ItemHead.tsx';
import { Watch } from './Watch.tsx';

const VERBS = { tool: 'Run', prompt: 'Get', resource: 'Read', template: 'Read' } as const;

export function ItemPane({
  server,
  item,
  onRun,
}: {
  readonly server: string;
  readonly item: Item;
  readonly onRun: (args: unknown) => void;
}) {
  const id = useId();
  const key = draftKey(server, item.kind, item.name);
  const draft = useStore(draftStore).get(key);
  const [asked, setAsked] = useState<{ readonly args: unknown }>();
  const run = (args: unknown) => (isDangerous(item) ? setAsked({ args }) : onRun(args));
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const form = document.querySelector(`#${CSS.escape(id)}`);
    if (form instanceof HTMLFormElement) form.requestSubmit();
  };
  return (
    <section aria-label="What is run" className="flex min-w-0 flex-col gap-4" onKeyDown={press}>
      <ItemHead item={item} />
      <Arguments
        id={id}
        server={server}
        item={item}
        draft={draft}
        onDraft={(next) => setDraft(key, next)}
        onRun={run}
      />
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" form={id} look="primary" aria-keyshortcuts="Control+Enter Meta+Enter">
          <Icon name="play" />
          {VERBS[item.kind]}
        </Button>
        <span className="text-sm text-soft max-sm:hidden">Ctrl+Enter</span>
        {item.kind === 'resource' && <Watch server={server} uri={item.name} />}
      </div>
      <Confirm
        isOpen={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title="Run a tool that may destroy?"
        verb="Run it"
        onConfirm={async () => onRun(asked?.args)}
      >
        Its server says that <Text value={item.title || item.name} max={120} /> may delete or overwrite
        things.
      </Confirm>
    </section>
  );
}

interface ArgumentsProps {
  readonly id: string;
  readonly server: string;
  readonly item: Item;
  readonly draft: Draft | undefined;
  readonly onDraft: (draft: Draft) => void;
  readonly onRun: (args: unknown) => void;
}

function Arguments(props: ArgumentsProps) {
  if (props.item.kind === 'tool') {
    const { id, item, draft, onDraft, onRun } = props;
    const schema = item.raw['inputSchema'];
    return <ArgumentsEditor id={id} schema={schema} draft={draft} onDraft={onDraft} onRun={onRun} />;
  }
  if (props.item.kind === 'prompt') return <PromptArguments {...props} />;
  if (props.item.kind === 'template') return <TemplateVariables {...props} />;
  return <Nothing {...props} />;
}

function PromptArguments({ id, server, item, draft, onDraft, onRun }: ArgumentsProps) {
  const [wasTried, setTried] = useState(false);
  const args = promptArguments(item);
  const values = textsIn(draft?.data);
  const missing = args.filter(({ name, isRequired }) => isRequired && !values[name]).map(({ name }) => name);
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
  return (
    <TextArguments
      id={id}
      server={server}
      reference={{ type: 'ref/prompt', name: item.name }}
      args={args}
      values={values}
      missing={wasTried ? missing : []}
      onChange={(data) => onDraft({ way: 'form', data, text: '' })}
      onSubmit={() => (missing.length > 0 ? setTried(true) : onRun(given))}
    />
  );
}

function TemplateVariables({ id, server, item, draft, onDraft, onRun }: ArgumentsProps) {
  const variables = textsIn(recordOf(draft?.data)['variables']);
  const uri = expand(item.name, variables);
  const args = variablesOf(item.name).map((name) => ({
    name,
    title: '',
    description: '',
    isRequired: false,
  }));
  return (
    <>
      <TextArguments
        id={id}
        server={server}
        reference={{ type: 'ref/resource', uri: item.name }}
        args={args}
        values={variables}
        missing={[]}
        onChange={(next) => onDraft({ way: 'form', data: { variables: next }, text: '' })}
        onSubmit={() => onRun({ uri, variables })}
      />
      <p className="font-mono text-sm text-soft">
        <Text value={uri} isMono canGrow />
      </p>
    </>
  );
}

function Nothing({ id, onRun }: ArgumentsProps) {
  return (
    <form
      id={id}
      onSubmit={(event) => {
        event.preventDefault();
        onRun({});
      }}
    />
  );
}

function textsIn(value: unknown): Values {
  const entries = Object.entries(recordOf(value)).filter(([, each]) => typeof each === 'string');
  return Object.fromEntries(entries) as Values;
}
