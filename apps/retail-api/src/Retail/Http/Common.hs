-- | What handlers have in common.
module Retail.Http.Common
  ( requireEverywhere,
    size,
    cursor,
    idCursor,
    textCursor,
    markText,
    markedText,
    pageOf,
    found,
    foundIn,
    edited,
    idText,
  )
where

import Control.Monad (unless, when)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.UUID.Types qualified as UUID
import Database.PostgreSQL.Simple (Query)
import Retail.App.Env
import Retail.App.Problem
import Retail.Contract.Page
import Retail.Contract.Wire (enumText)
import Retail.Db.Row (one)
import Retail.Db.Transaction (isKnown)
import Retail.Domain.Id
import Retail.Domain.Role (Permission)

-- | A role at all locations: for what concerns the whole organisation.
requireEverywhere :: Actor -> Permission -> IO ()
requireEverywhere actor permission =
  unless (allowed actor permission Nothing) $
    refuse Forbidden ("This needs the permission " <> enumText permission <> " at all locations.")

size :: Maybe Limit -> Int
size = maybe 50 limitOf

cursor :: (Text -> Maybe a) -> Text -> IO a
cursor parse text = parse text `orRefuse` (MalformedRequest, "after is not what a page gave as next.")

idCursor :: Text -> IO (Id kind)
idCursor = cursor (fmap Id . UUID.fromText)

-- | In the order of a text that PostgreSQL can hold.
textCursor :: Text -> IO Text
textCursor = cursor storable

storable :: Text -> Maybe Text
storable text = if Text.any (== '\0') text then Nothing else Just text

-- | A place in a list that is in the order of a text, with the id for those that share it.
markText :: Id kind -> Text -> Text
markText row order = idText row <> " " <> order

markedText :: Text -> Maybe (Id kind, Text)
markedText mark = (,) . Id <$> UUID.fromText prefix <*> storable (Text.drop 1 order)
  where
    (prefix, order) = Text.breakOn " " mark

-- | A page that is full may have another after it.
pageOf :: Maybe Limit -> (a -> Text) -> [a] -> Page a
pageOf limit mark items = Page {items, next = if length items == size limit then mark <$> one (reverse items) else Nothing}

found :: Text -> Maybe a -> IO a
found what = (`orRefuse` (NotFound, "There is no such " <> what <> "."))

-- | The rows that belong to a thing, which there has to be if there are none.
foundIn :: Env -> Actor -> Text -> Query -> Id kind -> IO [row] -> IO [row]
foundIn Env {database} Actor {organisation} what table owner reading = do
  rows <- reading
  when (null rows) $ do
    known <- isKnown database organisation table owner
    unless known (refuse NotFound ("There is no such " <> what <> "."))
  pure rows

-- | A message about a row that was to be edited: there is none, or it is at another version.
edited :: Text -> Maybe a -> Maybe a -> IO a
edited what after before = case (after, before) of
  (Just row, _) -> pure row
  (Nothing, Nothing) -> found what Nothing
  (Nothing, Just _) -> refuse VersionConflict ("Somebody else has changed the " <> what <> ". Read it again.")

idText :: Id kind -> Text
idText (Id uuid) = UUID.toText uuid
