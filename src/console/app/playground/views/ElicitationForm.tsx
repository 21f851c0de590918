import { type KeyboardEvent, useId, useState } from 'react';
import type { Elicitation, Question } from '../../mcp/questions.ts';
import { Button } from '../../parts/Button.tsx';
import { Text } from '../../parts/Text.tsx';
import { ArgumentsEditor } from '../form/ArgumentsEditor.tsx';
import type { Draft } from '../runs/drafts.ts';
import { Address } from './Address.tsx';

/** A form to fill in, or an address to visit: accepted, declined, or cancelled (MCP, elicitation). */
export function ElicitationForm({
  question,
  asked,
}: {
  readonly question: Question;
  readonly asked: Elicitation;
}) {
  const id = useId();
  const [draft, setDraft] = useState<Draft>();
  const isForm = asked.mode === 'form';
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const form = document.querySelector(`#${CSS.escape(id)}`);
    if (form instanceof HTMLFormElement) form.requestSubmit();
  };
  return (
    <div className="flex min-w-0 flex-col gap-3" onKeyDown={press}>
      <p>
        <Text value={asked.message} max={1_000} hasLines canGrow />
      </p>
      {isForm ? (
        <ArgumentsEditor
          id={id}
          owner="This question"
          title="Your answer"
          schema={asked.schema}
          draft={draft}
          onDraft={setDraft}
          onRun={(content) => question.answer({ action: 'accept', content: content ?? {} })}
        />
      ) : (
        <Address url={asked.url} />
      )}
      <p className="text-sm text-soft">Do not type passwords or keys here: the server sees what you write.</p>
      <div className="flex flex-wrap gap-2">
        {isForm ? (
          <Button type="submit" form={id} look="primary">
            Accept
          </Button>
        ) : (
          <Button look="primary" onClick={() => question.answer({ action: 'accept' })}>
            I agree to visit it
          </Button>
        )}
        <Button onClick={() => question.answer({ action: 'decline' })}>Decline</Button>
        <Button look="quiet" onClick={() => question.answer({ action: 'cancel' })}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
