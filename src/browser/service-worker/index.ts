export { registerAfterglow, type AfterglowRegistration, type RegisterOptions } from './register.ts';
