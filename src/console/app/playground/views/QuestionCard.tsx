/** What a server asks, answered in the page; one at a time, in order. */
import { useEffect, useRef } from 'react';
import type { Question } from '../../mcp/questions.ts';
import { Card } from '../../parts/Card.tsx';
import { Text } from '../../parts/Text.tsx';
import { ElicitationForm } from './ElicitationForm.tsx';
import { SamplingForm } from './SamplingForm.tsx';
import { useQuestions } from './use-runs.ts';

export function QuestionCard() {
  const waiting = useQuestions();
  const question = waiting[0];
  return (
    <>
      <p role="alert" className="sr-only">
        {question ? `A server asks you something. ${waiting.length} waiting.` : ''}
      </p>
      {question && <Shown key={question.id} question={question} count={waiting.length} />}
    </>
  );
}

function Shown({ question, count }: { readonly question: Question; readonly count: number }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Whoever types is not taken away from it.
    if (document.activeElement?.matches('input, textarea, select')) return;
    box.current?.focus();
  }, []);
  const { asked, server } = question;
  const what = asked.kind === 'sampling' ? 'asks for a message of a model' : 'asks you';
  return (
    <div ref={box} tabIndex={-1} role="group" aria-label="A question of a server">
      <Card
        className="border-accent"
        title={
          <>
            <Text value={server} max={60} /> {what}
          </>
        }
        actions={count > 1 && <span className="text-sm text-soft">1 of {count}</span>}
      >
        {asked.kind === 'sampling' ? (
          <SamplingForm question={question} asked={asked} />
        ) : (
          <ElicitationForm question={question} asked={asked} />
        )}
      </Card>
    </div>
  );
}
