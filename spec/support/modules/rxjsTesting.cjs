module.exports = require('./rxjs.cjs').testing;
