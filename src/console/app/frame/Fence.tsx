/** Keeps a page that breaks from taking the console with it. */
import { Component, type ReactNode } from 'react';
import { Button } from '../parts/Button.tsx';
import { ErrorNote } from '../parts/ErrorNote.tsx';
import { asProblem, type Problem } from '../problem.ts';

interface State {
  readonly problem?: Problem;
}

export class Fence extends Component<{ readonly children: ReactNode }, State> {
  override state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { problem: asProblem(error) };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (!problem) return this.props.children;
    return (
      <>
        <h1 className="mb-3 text-xl font-semibold">This page broke</h1>
        <ErrorNote problem={problem}>
          {/* Where the gateway was updated since, the parts of this page are other files now. */}
          <Button size="small" className="mt-2" onClick={() => location.reload()}>
            Load the console again
          </Button>
        </ErrorNote>
      </>
    );
  }
}
