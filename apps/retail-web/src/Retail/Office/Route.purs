-- | The back office's pages, and their addresses behind the `#`: static files need no rules on the server.
module Retail.Office.Route (Route(..), routes, path, title) where

import Prelude

data Route
  = Catalogue
  | Stock
  | Purchasing
  | Transfers
  | StockTake
  | Orders
  | Value
  | Sales
  | Sessions

derive instance Eq Route

routes :: Array Route
routes = [ Catalogue, Stock, Purchasing, Transfers, StockTake, Orders, Value, Sales, Sessions ]

path :: Route -> String
path = case _ of
  Catalogue -> ""
  Stock -> "stock"
  Purchasing -> "purchasing"
  Transfers -> "transfers"
  StockTake -> "stock-take"
  Orders -> "orders"
  Value -> "value"
  Sales -> "sales"
  Sessions -> "sessions"

title :: Route -> String
title = case _ of
  Catalogue -> "Catalogue"
  Stock -> "Stock"
  Purchasing -> "Purchasing"
  Transfers -> "Transfers"
  StockTake -> "Stock take"
  Orders -> "Web orders"
  Value -> "Value"
  Sales -> "Sales"
  Sessions -> "Sessions"
