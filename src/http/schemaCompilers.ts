/**
 * What Fastify makes of the schemas of routes. Those of answers are for the description alone: what is sent is whole and plain
 * JSON. Those of requests are compiled when the first request comes that they judge: a process is asked for few of all
 * routes, and to compile them takes longer than the rest of a start.
 *
 * It is given to Fastify as that is made: an instance that adds schemas of its own goes back to this, whatever was set on
 * the one above it.
 */
import AjvCompiler from '@fastify/ajv-compiler';
import type { FastifyServerOptions } from 'fastify';

type Compilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;
type ValidatorFactory = AjvCompiler.BuildCompilerFromPool;
type ValidatorCompiler = ReturnType<ValidatorFactory>;
type Validator = ReturnType<ValidatorCompiler>;

const buildAtOnce: ValidatorFactory = AjvCompiler();

const buildValidator: ValidatorFactory = (schemas, options) => {
  let compileAtOnce: ValidatorCompiler | null = null;
  return (route) => {
    let compiled: Validator | null = null;
    const validate = Object.assign(
      (value: unknown): unknown => {
        compileAtOnce ??= buildAtOnce(schemas, options);
        compiled ??= compileAtOnce(route);
        const valid = compiled(value);
        // Where Fastify looks for what was wrong.
        validate.errors = compiled.errors;
        return valid;
      },
      { errors: undefined as Validator['errors'] },
    );
    return validate as Validator;
  };
};

export const schemaCompilers: Compilers = {
  buildValidator,
  buildSerializer: () => () => (answer) => JSON.stringify(answer),
};
