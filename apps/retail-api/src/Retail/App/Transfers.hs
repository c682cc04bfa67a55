-- | Moving goods from one location to another.
module Retail.App.Transfers
  ( readTransfer,
    addTransfer,
    editTransfer,
    sendTransfer,
    receiveTransfer,
    cancelTransfer,
  )
where

import Control.Monad (forM_, unless, when)
import Data.Map.Strict qualified as Map
import Data.Text (Text)
import Data.Text qualified as Text
import Database.PostgreSQL.Simple (Connection)
import Retail.App.Env
import Retail.App.Goods
import Retail.App.Problem
import Retail.App.Work
import Retail.Contract.Transfer
import Retail.Contract.Wire (enumText)
import Retail.Db.Stock (Movement (..), book, post)
import Retail.Db.Transfer qualified as Db
import Retail.Domain.Id
import Retail.Domain.Quantity
import Retail.Domain.Role (Permission (..))
import Retail.Domain.Transfer
import Prelude hiding (head, lines)

readTransfer :: Connection -> Id "transfer" -> IO Transfer
readTransfer connection wanted = do
  head <- Db.findTransfer connection wanted >>= (`orRefuse` noTransfer)
  lines <- Db.linesOf connection wanted
  pure Transfer {..}

noTransfer :: (Code, Text)
noTransfer = (NotFound, "There is no such transfer.")

addTransfer :: Work -> NewTransfer -> IO Transfer
addTransfer work@Work {connection, actor = actor@Actor {staff}} new@NewTransfer {..} = do
  requireAt actor TransferStock sourceId
  when (sourceId == destinationId) (refuse InvalidValue "A transfer goes to another location.")
  checkLines connection lines
  let transfer = freshId work "transfer"
  Db.addTransfer connection transfer staff new
  readTransfer connection transfer

editTransfer :: Work -> Id "transfer" -> EditTransfer -> IO Transfer
editTransfer work@Work {connection} wanted EditTransfer {lines, version = edited} = do
  TransferHead {state, version} <- lockedAt work (\TransferHead {sourceId} -> sourceId) wanted
  unless (state == Draft) (refuse WrongState "Only a draft can be changed.")
  unchanged "transfer" version edited
  checkLines connection lines
  Db.replaceLines connection wanted lines
  readTransfer connection wanted

checkLines :: Connection -> [GoodsLine] -> IO ()
checkLines connection lines = checkGoods connection [(variantId, (`fitsUnit` quantity)) | GoodsLine {..} <- lines]

-- | The transfer, locked, if the actor may move stock at that end of it.
lockedAt :: Work -> (TransferHead -> Id "location") -> Id "transfer" -> IO TransferHead
lockedAt Work {connection, actor} end wanted = do
  transfer <- Db.lockTransfer connection wanted >>= (`orRefuse` noTransfer)
  transfer <$ requireAt actor TransferStock (end transfer)

moved :: TransferState -> TransferAction -> IO TransferState
moved state action =
  move state action `orRefuse` wrongStep "A transfer" (enumText state) (enumText action)

-- | The goods leave the source now.
sendTransfer :: Work -> Id "transfer" -> IO Transfer
sendTransfer work@Work {connection, actor = Actor {staff}} wanted = do
  TransferHead {state, sourceId} <- lockedAt work (\TransferHead {sourceId} -> sourceId) wanted
  Db.setState connection wanted =<< moved state Send
  lines <- Db.linesOf connection wanted
  post
    connection
    staff
    "transfer"
    (Just wanted)
    [Movement {variant = variantId, location = sourceId, change = negate (thousandths quantity)} | TransferLine {..} <- lines]
  note work "send-transfer" (Just wanted) ""
  readTransfer connection wanted

-- | All that was sent arrives, and what is missing or too much is an adjustment after it: a transfer's movements sum
-- to nothing. What somebody has counted is not refused for want of stock.
receiveTransfer :: Work -> Id "transfer" -> ReceiveTransfer -> IO Transfer
receiveTransfer work@Work {connection, actor = Actor {staff}} wanted ReceiveTransfer {lines = arrived} = do
  TransferHead {state, destinationId} <- lockedAt work (\TransferHead {destinationId} -> destinationId) wanted
  next <- moved state Receive
  checkGoods connection [(variantId, (`tallyFitsUnit` received)) | ArrivedLine {..} <- arrived]
  sent <- Db.linesOf connection wanted
  let sentOf = Map.fromList [(variantId, line) | line@TransferLine {variantId} <- sent]
  unless (Map.keys sentOf == Map.keys (Map.fromList [(variantId, ()) | ArrivedLine {variantId} <- arrived])) $
    refuse InvalidValue "What is received names each line of the transfer."
  let pairs = [(line, quantity, tallied received - thousandths quantity) | line@ArrivedLine {..} <- arrived, Just TransferLine {quantity} <- [Map.lookup variantId sentOf]]
      there variant change = Movement {variant, location = destinationId, change}
  forM_ pairs $ \(ArrivedLine {variantId, reason}, _, difference) -> when (difference /= 0) $ do
    why <- (reason >>= spoken) `orRefuse` (InvalidValue, "What is not received as it was sent needs a reason.")
    note work "receive-transfer" (Just wanted) (Text.unwords [skuOf sentOf variantId, Text.pack (show difference), why])
  Db.setState connection wanted next
  Db.setReceived connection wanted [(variantId, received, if difference == 0 then Nothing else reason) | (ArrivedLine {..}, _, difference) <- pairs]
  _ <-
    book connection staff (Just wanted) . concat $
      [ ("transfer", there variantId (thousandths quantity)) : [("adjustment", there variantId difference) | difference /= 0]
        | (ArrivedLine {variantId}, quantity, difference) <- pairs
      ]
  readTransfer connection wanted
  where
    skuOf sentOf variant = maybe "" (\TransferLine {sku} -> sku) (Map.lookup variant sentOf)
    spoken text = if Text.null (Text.strip text) then Nothing else Just text

cancelTransfer :: Work -> Id "transfer" -> IO Transfer
cancelTransfer work@Work {connection} wanted = do
  TransferHead {state} <- lockedAt work (\TransferHead {sourceId} -> sourceId) wanted
  Db.setState connection wanted =<< moved state Cancel
  note work "cancel-transfer" (Just wanted) ""
  readTransfer connection wanted
