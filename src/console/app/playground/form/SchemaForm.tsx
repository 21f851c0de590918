/** A form for a JSON Schema; in a chunk of its own, because rjsf is large. */
import Form from '@rjsf/core/lib/components/Form.js';
import { useEffect, useState } from 'react';
import { validator } from '../schema/validator.ts';
import type { Schema } from '../schema/schema.ts';
import { templates } from './templates.tsx';
import { widgets } from './widgets.tsx';

export interface SchemaFormProps {
  /** What a button outside names to submit it; the ids of its fields begin so, too. */
  readonly id: string;
  readonly schema: Schema;
  readonly data: unknown;
  readonly onChange: (data: unknown) => void;
  /** Only where everything fits. */
  readonly onSubmit: (data: unknown) => void;
  /** Whether it was to be submitted before it was there; asked once. */
  readonly takePress: () => boolean;
}

export default function SchemaForm({ id, schema, data, onChange, onSubmit, takePress }: SchemaFormProps) {
  const [faults, setFaults] = useState(0);
  const [wasTried, setTried] = useState(false);
  useEffect(() => {
    const form = document.querySelector(`#${CSS.escape(id)}`);
    if (form instanceof HTMLFormElement && takePress()) form.requestSubmit();
    // At its beginning only.
  }, []);
  return (
    <>
      <Form
        id={id}
        idPrefix={id}
        schema={schema}
        validator={validator}
        formData={data}
        widgets={widgets}
        templates={templates}
        noHtml5Validate
        showErrorList={false}
        focusOnFirstError
        // What may be anything is given a type by the person.
        useFallbackUiForUnsupportedType
        // Nobody is told of what is missing before anything was tried; then at once when it is mended.
        {...(wasTried ? { liveValidate: 'onChange' } : {})}
        experimental_defaultFormStateBehavior={DEFAULTS}
        onChange={({ formData, errors }) => {
          setFaults(errors.length);
          onChange(formData);
        }}
        onError={(errors) => {
          setTried(true);
          setFaults(errors.length);
        }}
        onSubmit={({ formData }) => {
          setFaults(0);
          onSubmit(formData);
        }}
      >
        {/* Without a child rjsf has a button of its own. */}
        <></>
      </Form>
      <p role="status" className="text-sm text-bad">
        {wasTried &&
          faults > 0 &&
          (faults === 1 ? 'One field needs another value.' : `${faults} fields need other values.`)}
      </p>
    </>
  );
}

/** What nobody filled in is not sent. */
const DEFAULTS = {
  emptyObjectFields: 'skipEmptyDefaults',
  arrayMinItems: { populate: 'requiredOnly' },
} as const;
