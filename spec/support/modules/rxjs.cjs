// The same rxjs in one file: each spec file loads it anew, and two hundred small ones take a tenth of a second.
module.exports = require('../../../node_modules/rxjs/dist/bundles/rxjs.umd.js');
