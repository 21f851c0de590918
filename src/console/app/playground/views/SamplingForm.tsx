import { useState } from 'react';
import { recordsIn } from '../../mcp/items.ts';
import type { Question, Sampling } from '../../mcp/questions.ts';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { Text } from '../../parts/Text.tsx';
import { JsonTree } from '../results/JsonTree.tsx';
import { Message } from '../results/Result.tsx';

/** What a model should say: the person at the page writes it, or declines (MCP, sampling). */
export function SamplingForm({ question, asked }: { readonly question: Question; readonly asked: Sampling }) {
  const [text, setText] = useState('');
  const { messages: _messages, systemPrompt: _prompt, ...others } = asked.params;
  const answer = () =>
    question.answer({
      role: 'assistant',
      content: { type: 'text', text },
      model: 'a person at the console',
      stopReason: 'endTurn',
    });
  return (
    <form
      className="flex min-w-0 flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        answer();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) answer();
      }}
    >
      {asked.systemPrompt !== '' && (
        <p>
          <span className="text-sm text-soft">System prompt: </span>
          <Text value={asked.systemPrompt} max={1_000} hasLines canGrow />
        </p>
      )}
      {recordsIn(asked.messages)
        .slice(-20)
        .map((message, index) => (
          <Message key={index} message={message} />
        ))}
      <details className="text-sm">
        <summary className="w-fit text-soft">What else it wants</summary>
        <JsonTree value={others} />
      </details>
      <Field label="Your answer, as the model">
        {(control) => (
          <textarea
            {...control}
            rows={3}
            className="field"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary">
          Send the answer
        </Button>
        <Button onClick={() => question.refuse('The person at the console declined the sampling.')}>
          Decline
        </Button>
      </div>
    </form>
  );
}
