-- | The ledger of stock, and its projection.
module Retail.Db.Stock
  ( listLocations,
    addLocation,
    listLevels,
    listMovements,
    comingTo,
    Movement (..),
    post,
    book,
  )
where

import Control.Monad (void)
import Data.List (sortOn)
import Data.Map.Strict qualified as Map
import Data.Text (Text)
import Database.PostgreSQL.Simple
import Retail.Contract.Stock
import Retail.Db.Field ()
import Retail.Db.Reservation (refuseShort)
import Retail.Db.Transaction
import Retail.Domain.Id

type Organisation = Id "organisation"

listLocations :: Database -> Organisation -> IO [Location]
listLocations database organisation = readTenant database organisation "select id, name from location order by name" ()

addLocation :: Connection -> Id "location" -> NewLocation -> IO ()
addLocation connection location NewLocation {name} =
  void (execute connection "insert into location (id, name) values (?, ?)" (location, name))

-- | By variant, after the given one: what is there, was there, or is on its way.
listLevels :: Database -> Organisation -> Id "location" -> Maybe (Id "variant") -> Int -> IO [StockLevel]
listLevels database organisation location after limit =
  readTenant
    database
    organisation
    ( "with coming as ("
        <> comingTo
        <> "), wanted as ((select variant from stock_level where location = ? and (?::uuid is null or variant > ?) order by variant limit ?) \
           \union select variant from coming where ?::uuid is null or variant > ?) \
           \select variant.id, ?::uuid, sku, name, coalesce(on_hand, 0), coalesce(reserved_now(stock_level.location, variant.id), 0), coalesce(incoming, 0) \
           \from wanted join variant on variant.id = wanted.variant left join coming on coming.variant = wanted.variant \
           \left join stock_level on stock_level.variant = wanted.variant and stock_level.location = ? order by variant.id limit ?"
    )
    ((location, location) :. (location, after, after, limit) :. (after, after, location, location, limit))

-- | What is on its way to a location, which is asked for twice: sent and not received, ordered and outstanding.
comingTo :: Query
comingTo =
  "select variant, sum(quantity)::bigint as incoming from (\
  \select variant, quantity from transfer join transfer_line on transfer = transfer.id where state = 'sent' and destination = ? \
  \union all select variant, quantity - received from purchase_order join purchase_order_line on purchase_order = purchase_order.id \
  \where state in ('ordered', 'partly-received') and location = ? and quantity > received) underway group by variant"

listMovements :: Database -> Organisation -> Id "variant" -> Int -> IO [StockMovement]
listMovements database organisation variant limit =
  readTenant
    database
    organisation
    "select variant, location, change, reason, at from stock_movement where variant = ? order by id desc limit ?"
    (variant, limit)

data Movement = Movement {variant :: Id "variant", location :: Id "location", change :: Integer}

-- | Refuses to take away what is not available, except of variants that may be oversold.
post :: Connection -> Id "staff" -> Text -> Maybe (Id document) -> [Movement] -> IO ()
post connection staff reason document movements = do
  short <- book connection staff document (map (reason,) movements)
  refuseShort connection [(location, variant) | Movement {..} <- movements, change < 0, variant `elem` short]

-- | Writes movements, with their reasons, and levels together, and says what was taken and is now less than nothing.
-- Levels are locked in one order everywhere, so that two documents with the same variants wait for each other instead
-- of dying.
book :: Connection -> Id "staff" -> Maybe (Id document) -> [(Text, Movement)] -> IO [Id "variant"]
book _ _ _ [] = pure []
book connection staff document movements = do
  left <-
    returning
      connection
      "insert into stock_level (variant, location, on_hand) values (?, ?, ?) \
      \on conflict (organisation, variant, location) do update set on_hand = stock_level.on_hand + excluded.on_hand \
      \returning variant, on_hand - reserved"
      [(variant, location, change) | ((location, variant), change) <- Map.toAscList summed]
  void $
    executeMany
      connection
      "insert into stock_movement (variant, location, change, reason, document, staff) values (?, ?, ?, ?, ?, ?)"
      [(variant, location, change, reason, document, staff) | (reason, Movement {..}) <- sortOn (\(_, Movement {variant}) -> variant) movements]
  pure [variant | (variant, available) <- left, available < (0 :: Integer), variant `elem` taken]
  where
    summed = Map.fromListWith (+) [((location, variant), change) | (_, Movement {..}) <- movements]
    taken = [variant | ((_, variant), change) <- Map.toList summed, change < 0]
