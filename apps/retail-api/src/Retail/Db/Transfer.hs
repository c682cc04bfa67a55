-- | Transfers and their lines.
module Retail.Db.Transfer
  ( addTransfer,
    replaceLines,
    findTransfer,
    lockTransfer,
    listTransfers,
    linesOf,
    setState,
    setReceived,
  )
where

import Control.Monad (void)
import Data.Text (Text)
import Database.PostgreSQL.Simple
import Retail.Contract.Transfer
import Retail.Db.Field ()
import Retail.Db.Row
import Retail.Db.Transaction
import Retail.Domain.Id
import Retail.Domain.Quantity
import Retail.Domain.Transfer (TransferState (..))
import Prelude hiding (lines)

addTransfer :: Connection -> Id "transfer" -> Id "staff" -> NewTransfer -> IO ()
addTransfer connection transfer staff NewTransfer {..} = do
  void (execute connection "insert into transfer (id, source, destination, staff) values (?, ?, ?, ?)" (transfer, sourceId, destinationId, staff))
  addLines connection transfer lines

replaceLines :: Connection -> Id "transfer" -> [GoodsLine] -> IO ()
replaceLines connection transfer lines = do
  void (execute connection "update transfer set version = version + 1 where id = ?" [transfer])
  void (execute connection "delete from transfer_line where transfer = ?" [transfer])
  addLines connection transfer lines

addLines :: Connection -> Id "transfer" -> [GoodsLine] -> IO ()
addLines connection transfer lines =
  void $
    executeMany
      connection
      "insert into transfer_line (transfer, variant, quantity) values (?, ?, ?)"
      [(transfer, variantId, quantity) | GoodsLine {..} <- lines]

headColumns :: Query
headColumns = "select id, source, destination, state, created_at, sent_at, received_at, version from transfer "

findTransfer :: Connection -> Id "transfer" -> IO (Maybe TransferHead)
findTransfer connection transfer = one <$> query connection (headColumns <> "where id = ?") [transfer]

lockTransfer :: Connection -> Id "transfer" -> IO (Maybe TransferHead)
lockTransfer connection transfer = one <$> query connection (headColumns <> "where id = ? for update") [transfer]

-- | Those that leave or reach a location, the newest first, after the given one.
listTransfers :: Database -> Id "organisation" -> Id "location" -> Maybe (Id "transfer") -> Int -> IO [TransferHead]
listTransfers database organisation location after limit =
  readTenant
    database
    organisation
    ( headColumns
        <> "where (source = ? or destination = ?) \
           \and (?::uuid is null or (created_at, id) < (select created_at, id from transfer where id = ?)) \
           \order by created_at desc, id desc limit ?"
    )
    (location, location, after, after, limit)

linesOf :: Connection -> Id "transfer" -> IO [TransferLine]
linesOf connection transfer =
  query
    connection
    "select variant, sku, name, quantity, received, reason from transfer_line join variant on variant.id = variant \
    \where transfer = ? order by sku"
    [transfer]

-- | And the moment of it, where the state has one.
setState :: Connection -> Id "transfer" -> TransferState -> IO ()
setState connection transfer state =
  void $
    execute
      connection
      "update transfer set state = ?, version = version + 1, sent_at = case when ? then now() else sent_at end, \
      \received_at = case when ? then now() else received_at end where id = ?"
      (state, state == Sent, state == Received, transfer)

setReceived :: Connection -> Id "transfer" -> [(Id "variant", Tally, Maybe Text)] -> IO ()
setReceived connection transfer arrived =
  void $
    executeMany
      connection
      "update transfer_line set received = arrived.received, reason = arrived.reason \
      \from (values (?, ?, ?, ?)) arrived (transfer, variant, received, reason) \
      \where transfer_line.transfer = arrived.transfer::uuid and transfer_line.variant = arrived.variant::uuid"
      [(transfer, variant, received, reason) | (variant, received, reason) <- arrived]
