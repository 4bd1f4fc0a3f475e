/** The fields of a body, or the headers, one after the other; neighbours of one meaning that is soon said stand together. */
import { useTranslation } from 'react-i18next';
import type { Field } from './fields.ts';

interface FieldRowsProps {
  readonly fields: readonly Field[];
  readonly examples: ReadonlyMap<string, string>;
  readonly active: string | null;
  readonly label: string;
}

const together = ['alwaysNull', 'courierWants'];

export function FieldRows({ fields, examples, active, label }: FieldRowsProps) {
  const { t } = useTranslation();
  const reached = fields.some(({ path }) => path === active) ? active : fields[0]?.path;
  return (
    <ul className="fieldRows" aria-label={label} data-paths>
      {rowsOf(fields).map((row) => {
        const { path, type, nullable, meaning, unit, example } = row[0] as Field;
        const shown = type === 'object' || type === 'list' ? null : (examples.get(path) ?? example);
        const isActive = row.some((one) => one.path === active);
        return (
          <li key={path} className="fieldRow" data-active={isActive || undefined}>
            <div className="fieldNames">
              {row.map((one) => (
                <button
                  key={one.path}
                  type="button"
                  className="fieldName"
                  data-path={one.path}
                  data-active={one.path === active || undefined}
                  tabIndex={one.path === reached ? 0 : -1}
                >
                  {one.path}
                </button>
              ))}
              <span className="fieldType">
                {t(`format.types.${type}`)}
                {nullable && ` ${t('format.nullable')}`}
              </span>
            </div>
            <p>{t(`format.fields.${meaning}`)}</p>
            {(unit !== null || shown !== null) && (
              <p className="fieldMore">
                {unit !== null && t(`format.units.${unit}`)}
                {unit !== null && shown !== null && ' · '}
                {shown !== null && (
                  <span className="mono" dir="ltr">
                    {cut(shown)}
                  </span>
                )}
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function rowsOf(fields: readonly Field[]): Field[][] {
  const rows: Field[][] = [];
  for (const field of fields) {
    const last = rows.at(-1);
    if (last !== undefined && last[0]?.meaning === field.meaning && together.includes(field.meaning))
      last.push(field);
    else rows.push([field]);
  }
  return rows;
}

const exampleCharsMax = 90;

function cut(text: string): string {
  return text.length > exampleCharsMax ? `${text.slice(0, exampleCharsMax)}…` : text;
}
