// Lets an example find this package by its name, as it would once it is installed.
import { registerHooks } from 'node:module'

const here = import.meta.url
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, specifier === '@homerack/talos' ? { ...context, parentURL: here } : context),
})
