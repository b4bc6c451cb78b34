return require('calibrant.client').config()
